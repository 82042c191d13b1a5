package dev.headway.internal.hints.structured;

import java.util.List;
import java.util.Map;

/** A member of a List or a Dictionary, RFC 9651 sections 3.1 to 3.3; parameters are in the order of their appearance. */
public sealed interface Member {

    /**
     * Returns the parameters.
     *
     * @return by their keys
     */
    Map<String, BareItem> parameters();

    /**
     * A value.
     *
     * @param value what stands before the parameters
     * @param parameters by their keys
     */
    record Item(BareItem value, Map<String, BareItem> parameters) implements Member {}

    /**
     * Values in brackets.
     *
     * @param items never nested
     * @param parameters of the list itself, by their keys
     */
    record InnerList(List<Item> items, Map<String, BareItem> parameters) implements Member {}
}
