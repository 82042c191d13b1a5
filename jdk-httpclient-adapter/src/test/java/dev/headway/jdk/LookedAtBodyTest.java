package dev.headway.jdk;

/** All that holds for bodies holds as well where the beginning of each is looked at. */
class LookedAtBodyTest extends BodyTest {

    @Override
    Fixture fixture() {
        return new Fixture(new BodyReader());
    }
}
