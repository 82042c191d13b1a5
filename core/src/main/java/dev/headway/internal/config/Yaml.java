package dev.headway.internal.config;

import tools.jackson.core.TokenStreamFactory;
import tools.jackson.dataformat.yaml.YAMLFactory;

/** YAML, where Jackson's module for it is on the class path or the module path. */
final class Yaml {

    private Yaml() {}

    static TokenStreamFactory factory() {
        try {
            return Module.factory();
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "A YAML file needs tools.jackson.dataformat:jackson-dataformat-yaml on the class path; JSON needs nothing.",
                    e);
        }
    }

    /** Apart, so that it is loaded only where it is asked for. */
    private static final class Module {
        static TokenStreamFactory factory() {
            return YAMLFactory.builder()
                    .streamReadConstraints(NodeReader.BOUNDS)
                    .build();
        }
    }
}
