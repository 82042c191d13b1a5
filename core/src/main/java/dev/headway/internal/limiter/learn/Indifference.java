package dev.headway.internal.limiter.learn;

/**
 * A server that refuses whatever the rate: its refusals are failures, and no reason to go slower. Cuts prove it when they do not
 * help: the rate is an eighth of what it was, and there are still refusals all the time. Proved wrong when most is refused
 * once nothing is paced.
 */
final class Indifference {

    private static final int CUTS = 5;
    private static final double SLOWER = 1 / 8.0;

    /** So many accepted in a row show that a cut has helped. */
    private static final int HELPED = 20;

    private static final int LOOK = 50;
    private static final double MOST = 0.6;

    private int cuts;
    private double rateBefore;
    private boolean here;
    private int accepted;
    private int refused;

    boolean here() {
        return here;
    }

    void accepted() {
        if (here) {
            accepted++;
            look();
        }
    }

    void refused() {
        if (here) {
            refused++;
            look();
        }
    }

    /**
     * A refusal has cut the rate.
     *
     * @param acceptedBetween since the last
     * @param before calls a second, before the cut
     * @param after calls a second, after it
     */
    void cut(long acceptedBetween, double before, double after) {
        if (cuts == 0 || acceptedBetween >= HELPED) {
            cuts = 0;
            rateBefore = before;
        }
        cuts++;
        here = cuts >= CUTS && after <= SLOWER * rateBefore;
    }

    private void look() {
        if (accepted + refused < LOOK) {
            return;
        }
        if (refused > MOST * LOOK) {
            here = false;
            cuts = 0;
        }
        accepted = 0;
        refused = 0;
    }
}
