package dev.headway.testkit;

import java.util.List;

/**
 * How every answer of a {@link RateLimitedApi} tells its quota: the limit (a bucket's burst, or a window's calls), what
 * remains of it after this request, the reset and the window. The reset is the time until more remains: the next token of a
 * bucket, or the end of the window; the window of a bucket is the time in which it fills. Both are rounded up. {@link
 * RateLimitedApi.Builder#headers(String...)} takes lines of one's own.
 */
public enum RateLimitHeaders {
    /** It does not. */
    NONE,

    /** {@code X-RateLimit-Limit}, {@code -Remaining} and {@code -Reset}, the reset in seconds from now. */
    X_RATELIMIT("X-RateLimit-Limit: {limit}", "X-RateLimit-Remaining: {remaining}", "X-RateLimit-Reset: {reset}"),

    /** {@code X-RateLimit-Limit}, {@code -Remaining} and {@code -Reset}, the reset in seconds since 1970, as GitHub sends. */
    X_RATELIMIT_EPOCH(
            "X-RateLimit-Limit: {limit}", "X-RateLimit-Remaining: {remaining}", "X-RateLimit-Reset: {reset-epoch}"),

    /** {@code RateLimit-Limit}, {@code -Remaining} and {@code -Reset} of the IETF draft 06, the reset in seconds from now. */
    RATELIMIT("RateLimit-Limit: {limit}", "RateLimit-Remaining: {remaining}", "RateLimit-Reset: {reset}"),

    /** The IETF drafts up to 03, with the window in {@code RateLimit-Limit}. */
    RATELIMIT_DRAFT_03(
            "RateLimit-Limit: {limit}, {limit};w={window}",
            "RateLimit-Remaining: {remaining}",
            "RateLimit-Reset: {reset}"),

    /** The IETF drafts 04 to 06, with {@code RateLimit-Policy}. */
    RATELIMIT_DRAFT_06(
            "RateLimit-Limit: {limit}",
            "RateLimit-Remaining: {remaining}",
            "RateLimit-Reset: {reset}",
            "RateLimit-Policy: {limit};w={window}"),

    /** The IETF draft 07: one dictionary. */
    RATELIMIT_DRAFT_07(
            "RateLimit: limit={limit}, remaining={remaining}, reset={reset}", "RateLimit-Policy: {limit};w={window}"),

    /** The IETF drafts from 08 on: named policies. */
    RATELIMIT_DRAFT_08(
            "RateLimit-Policy: \"default\";q={limit};w={window}", "RateLimit: \"default\";r={remaining};t={reset}"),

    /** Anthropic, for requests. */
    ANTHROPIC(
            "anthropic-ratelimit-requests-limit: {limit}",
            "anthropic-ratelimit-requests-remaining: {remaining}",
            "anthropic-ratelimit-requests-reset: {reset-iso}"),

    /** Atlassian Jira and Confluence Cloud: a date of ISO 8601. */
    ATLASSIAN("X-RateLimit-Limit: {limit}", "X-RateLimit-Remaining: {remaining}", "X-RateLimit-Reset: {reset-iso}"),

    /** Auth0's client quota. */
    AUTH0("Auth0-Client-Quota-Limit: b=per_window;q={limit};r={remaining};t={reset}"),

    /** Datadog, for one named limit. */
    DATADOG(
            "X-RateLimit-Limit: {limit}",
            "X-RateLimit-Period: {window}",
            "X-RateLimit-Remaining: {remaining}",
            "X-RateLimit-Reset: {reset}",
            "X-RateLimit-Name: testkit"),

    /** Discord, for one bucket: both a moment and a time to go, with three decimals. */
    DISCORD(
            "X-RateLimit-Limit: {limit}",
            "X-RateLimit-Remaining: {remaining}",
            "X-RateLimit-Reset: {reset-epoch-decimal}",
            "X-RateLimit-Reset-After: {reset-decimal}",
            "X-RateLimit-Bucket: testkit"),

    /** Docker Hub: no reset. */
    DOCKER_HUB("RateLimit-Limit: {limit};w={window}", "RateLimit-Remaining: {remaining};w={window}"),

    /** GitHub, for its resource {@code core}. */
    GITHUB(
            "X-RateLimit-Limit: {limit}",
            "X-RateLimit-Remaining: {remaining}",
            "X-RateLimit-Used: {used}",
            "X-RateLimit-Reset: {reset-epoch}",
            "X-RateLimit-Resource: core"),

    /** GitLab: the IETF's names, with a moment, for one named limit. */
    GITLAB(
            "RateLimit-Limit: {limit}",
            "RateLimit-Name: testkit",
            "RateLimit-Observed: {used}",
            "RateLimit-Remaining: {remaining}",
            "RateLimit-Reset: {reset-epoch}"),

    /** HubSpot: a window and no reset. */
    HUBSPOT(
            "X-HubSpot-RateLimit-Max: {limit}",
            "X-HubSpot-RateLimit-Remaining: {remaining}",
            "X-HubSpot-RateLimit-Interval-Milliseconds: {window-ms}"),

    /** Linear: the reset in milliseconds since 1970. */
    LINEAR(
            "X-RateLimit-Requests-Limit: {limit}",
            "X-RateLimit-Requests-Remaining: {remaining}",
            "X-RateLimit-Requests-Reset: {reset-epoch-ms}"),

    /** OpenAI, for requests: the reset as a duration such as {@code 1m30.5s}. */
    OPENAI(
            "x-ratelimit-limit-requests: {limit}",
            "x-ratelimit-remaining-requests: {remaining}",
            "x-ratelimit-reset-requests: {reset-duration}"),

    /** Riot Games: what is used of a window. */
    RIOT("X-App-Rate-Limit: {limit}:{window}", "X-App-Rate-Limit-Count: {used}:{window}"),

    /** Salesforce: what is used. */
    SALESFORCE("Sforce-Limit-Info: api-usage={used}/{limit}"),

    /** Shopify's REST API: what is used. */
    SHOPIFY("X-Shopify-Shop-Api-Call-Limit: {used}/{limit}"),

    /** Spring Cloud Gateway: a bucket, without a reset. */
    SPRING_CLOUD_GATEWAY("X-RateLimit-Remaining: {remaining}", "X-RateLimit-Burst-Capacity: {limit}"),

    /** X, formerly Twitter: {@code x-rate-limit} with a hyphen more, the reset in seconds since 1970. */
    X("x-rate-limit-limit: {limit}", "x-rate-limit-remaining: {remaining}", "x-rate-limit-reset: {reset-epoch}"),

    /** Zendesk, for one endpoint. */
    ZENDESK("zendesk-ratelimit-testkit: total={limit}; remaining={remaining}; resets={reset}");

    private final String text;

    RateLimitHeaders(String... lines) {
        text = String.join("\n", lines);
    }

    List<String> lines() {
        return text.lines().toList();
    }

    HeaderLines form() {
        return new HeaderLines(lines());
    }
}
