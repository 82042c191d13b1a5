/** Programs for people; not exported. */
@NullMarked
package dev.headway.tools;

import org.jspecify.annotations.NullMarked;
