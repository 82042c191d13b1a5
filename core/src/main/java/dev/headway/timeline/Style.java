package dev.headway.timeline;

/** The colours of the drawings, for light and dark; apart also for those who see no red or no green. */
final class Style {

    private Style() {}

    static final String DRAWING = """
            svg text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328; }
            svg .title { font-size: 18px; font-weight: 600; }
            svg .lane { font-size: 14px; font-weight: 600; }
            svg .small { font-size: 11px; fill: #59636e; }
            svg .middle { text-anchor: middle; }
            svg .end { text-anchor: end; }
            .ground { fill: #ffffff; }
            .plot { fill: #f3f5f7; }
            .tick { stroke: #818b98; }
            .turn { fill: #b9d5f8; }
            .pause { fill: #f7d08a; }
            .backoff { fill: #dcc3f5; }
            .accepted { fill: #0b7a53; }
            .refused { fill: #d1300f; }
            .failed { fill: #7a3fc0; }
            .gate { fill: #9a6700; }
            .told { fill: none; stroke: #1f2328; stroke-width: 1.5; stroke-dasharray: 6 4; }
            .learned { fill: none; stroke: #0969da; stroke-width: 2; }
            @media (prefers-color-scheme: dark) {
              svg text { fill: #e6edf3; }
              svg .small { fill: #9198a1; }
              .ground { fill: #0d1117; }
              .plot { fill: #171d25; }
              .tick { stroke: #6e7681; }
              .turn { fill: #1f4a80; }
              .pause { fill: #75500f; }
              .backoff { fill: #4f2f85; }
              .accepted { fill: #35c48d; }
              .refused { fill: #ff6a4d; }
              .failed { fill: #b389f5; }
              .gate { fill: #e3a61c; }
              .told { stroke: #e6edf3; }
              .learned { stroke: #58a6ff; }
            }
            """;
}
