package dev.headway.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import okhttp3.OkHttp;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A build that means to test an old OkHttp shall not test the newest by mistake. */
@Tag("every-okhttp")
class OkHttpVersionTest {

    @Test
    @EnabledIfSystemProperty(named = "okhttp.tested.version", matches = ".+", disabledReason = "only Maven tells")
    void testsRunOnTheVersionThatTheBuildNames() throws ReflectiveOperationException {
        // Read at run time: the compiler would copy the constant of the version that it sees.
        Object version = OkHttp.class.getField("VERSION").get(null);

        assertThat(version).isEqualTo(System.getProperty("okhttp.tested.version"));
    }
}
