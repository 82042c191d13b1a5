/** Not exported: what the public types are made of. */
@NullMarked
package dev.headway.internal;

import org.jspecify.annotations.NullMarked;
