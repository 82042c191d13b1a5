/** Events of the JDK's flight recorder: what a recording shows of a Headway. Their names and fields are a contract. */
@NullMarked
package dev.headway.internal.flight;

import org.jspecify.annotations.NullMarked;
