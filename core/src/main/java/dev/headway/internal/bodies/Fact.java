package dev.headway.internal.bodies;

/**
 * What stands at one of the places that the table names.
 *
 * @param place the place as the table writes it
 * @param value its text, cut to a bounded length
 * @param quoted whether it is text, and not a number
 */
record Fact(String place, String value, boolean quoted) {}
