package dev.headway.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.headway.HeadwayConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The schema that is shipped, by a validator nobody here wrote (draft 2020-12). */
class SchemaTest {

    private static final String SHIPPED = shipped();
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(SHIPPED);

    private static String shipped() {
        try (InputStream file = HeadwayConfig.class.getResourceAsStream("headway.schema.json")) {
            return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void isThatOfTheKeys() {
        assertThat(SHIPPED).isEqualTo(JsonText.of(ConfigFile.schema()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'apis': {'a': {}}}",
                "{'$schema': 'x', 'apis': {'a': {'limits': '10/s'}}}",
                "{'apis': {'a': {'hosts': ['*.x.example', 'y:80'], 'limits': ['10/s', {'bucket': {'rate': '1 per 2min', 'burst': 3}}]}}}",
                "{'apis': {'a': {'limits': {'concurrency': 4}, 'maxWait': '1m30s', 'pace': 'even', 'scopes': {'header': 'X-Key'}}}}",
                "{'defaults': {'retry': {'maxElapsed': 'PT5M', 'retryStatus': 404, 'errorCodes': {'400': []}}}, 'apis': {'a': {}}}",
                "{'apis': {'a': {'retry': {'backoff': {'exponential': {'base': '1s', 'jitter': 'full'}}}}}}",
                "{'apis': {'a': {'retry': {'backoff': 'none', 'preset': 'oci2020'}}}}",
                "{'apis': {'a': {'retry': {'backoff': {'chain': ['none', {'sum': [{'random': {'cap': '1s'}}, {'fixed': '1s'}]}]}}}}}",
                "{'apis': {'a': {'retry': {'retryIf': {'any': ['standard', {'all': [{'status': 409}, {'not': {'header': 'X'}}]}]}}}}}",
            })
    void takesWhatWeTake(String file) {
        String json = file.replace('\'', '"');

        assertThat(HeadwayConfig.parse(json).names()).containsExactly("a");
        assertThat(SCHEMA.validate(json, InputFormat.JSON)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'apis': {}}",
                "{'apis': {'my api': {}}}",
                "{'apis': {'a': {'colour': 1}}}",
                "{'apis': {'a': {'limits': '10'}}}",
                "{'apis': {'a': {'limits': {'quota': '10/s', 'concurrency': 1}}}}",
                "{'apis': {'a': {'maxWait': 30}}}",
                "{'apis': {'a': {'pace': 'slow'}}}",
                "{'apis': {'a': {'retry': {'maxAttempts': 0}}}}",
                "{'apis': {'a': {'retry': {'errorCodes': {'4xx': []}}}}}",
                "{'apis': {'a': {'retry': {'retryIf': {'any': [{'status': 99}]}}}}}",
                "{'apis': {'a': {'retry': {'backoff': {'chain': []}}}}}",
                "{'defaults': {'hosts': 'a.example'}, 'apis': {'a': {}}}",
            })
    void refusesWhatWeRefuse(String file) {
        String json = file.replace('\'', '"');
        Problems problems = new Problems();
        var unused = ConfigFile.read(json, false, problems);

        assertThat(problems.size()).isPositive();
        assertThat(SCHEMA.validate(json, InputFormat.JSON)).isNotEmpty();
    }
}
