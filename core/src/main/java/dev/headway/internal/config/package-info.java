/**
 * Config files: {@link dev.headway.internal.config.NodeReader} makes a tree of {@link dev.headway.internal.config.Node}s that know
 * where they stand, the {@link dev.headway.internal.config.Type}s read it strictly, and {@link
 * dev.headway.internal.config.ApiType} says which keys there are. Problems are gathered, not thrown, so that one look at a file
 * finds them all; none quotes a value, which may be a secret in the wrong place.
 */
@NullMarked
package dev.headway.internal.config;

import org.jspecify.annotations.NullMarked;
