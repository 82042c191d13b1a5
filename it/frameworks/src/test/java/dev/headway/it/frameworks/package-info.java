/**
 * Headway in the frameworks and SDKs that people call APIs with: that it gets in, and that nobody else repeats what it
 * repeats. {@link dev.headway.it.frameworks.FrameworkTest} has what all of them need.
 */
@NullMarked
package dev.headway.it.frameworks;

import org.jspecify.annotations.NullMarked;
