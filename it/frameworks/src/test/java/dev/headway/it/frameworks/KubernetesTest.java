package dev.headway.it.frameworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.headway.jdk.HeadwayHttpClient;
import dev.headway.okhttp.HeadwayInterceptor;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import okhttp3.OkHttpClient;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The Kubernetes client of fabric8 repeats ten times by itself, whatever the method. */
class KubernetesTest extends FrameworkTest {

    private static final int TIMEOUT_MILLIS = 60_000;

    private static final String CONFIG_MAP = """
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "things"}, "data": {"thing": "1"}}
            """;

    enum Way {
        OKHTTP,
        JDK
    }

    private KubernetesClient client(Way way) {
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl(url())
                .withNamespace("default")
                .withRequestRetryBackoffLimit(0)
                // Of ten seconds else, which bound the waits of a call as well.
                .withRequestTimeout(TIMEOUT_MILLIS)
                .build();
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(factory(way))
                .build();
    }

    private HttpClient.Factory factory(Way way) {
        return switch (way) {
            case OKHTTP ->
                new OkHttpClientFactory() {
                    @Override
                    protected void additionalConfig(OkHttpClient.Builder builder) {
                        builder.addInterceptor(HeadwayInterceptor.of(headway));
                    }
                };
            case JDK ->
                new JdkHttpClientFactory() {
                    @Override
                    protected java.net.http.HttpClient.Builder createNewHttpClientBuilder() {
                        return HeadwayHttpClient.builder(super.createNewHttpClientBuilder(), headway);
                    }
                };
        };
    }

    @ParameterizedTest
    @EnumSource
    void refusedCallIsSentAgain(Way way) {
        refuseThenAnswer(JSON, CONFIG_MAP);
        try (KubernetesClient client = client(way)) {

            ConfigMap found = client.configMaps().withName("things").get();

            assertThat(found.getData()).containsEntry("thing", "1");
        }
        assertSentAgainByHeadway();
    }

    @ParameterizedTest
    @EnumSource
    void refusedPostIsSentAgainWithItsBody(Way way) throws Exception {
        refuseThenAnswer(JSON, CONFIG_MAP);
        ConfigMap made = new ConfigMapBuilder()
                .withNewMetadata()
                .withName("things")
                .endMetadata()
                .addToData("thing", "1")
                .build();
        try (KubernetesClient client = client(way)) {

            assertThat(client.resource(made).create().getData()).containsEntry("thing", "1");
        }
        assertSentAgainByHeadway();
        String first = bodyOfNextRequest();
        assertThat(first).contains("\"thing\"");
        assertThat(bodyOfNextRequest()).isEqualTo(first);
    }

    @ParameterizedTest
    @EnumSource
    void nobodyElseSendsAgain(Way way) {
        answerAlways(BROKEN);
        try (KubernetesClient client = client(way)) {

            assertThatExceptionOfType(KubernetesClientException.class)
                    .isThrownBy(() -> client.configMaps().withName("things").get());
        }
        assertSentByHeadwayAlone(BROKEN);
    }
}
