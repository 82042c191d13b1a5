/** A program that uses Headway, and knows nothing but what users meet. */
@NullMarked
package dev.headway.it.consumer;

import org.jspecify.annotations.NullMarked;
