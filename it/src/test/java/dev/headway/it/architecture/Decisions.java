package dev.headway.it.architecture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Finds, in the bytes of a class, what only one who decides for himself needs:
 *
 * <ul>
 *   <li>{@code STATUS}: an {@code int} from 100 to 599, pushed, switched on or kept in a constant, or a text of three such
 *       digits;
 *   <li>{@code CLOCK}: any clock but a {@code TimeSource};
 *   <li>{@code WAIT}: sleeping, parking, or waiting for a monitor; waking others is no waiting;
 *   <li>{@code CHANCE}: any source of jitter;
 *   <li>{@code RESEND}: a call of a method that sends, between a jump back and its target, hence in a loop.
 * </ul>
 *
 * A method reference counts as a call. What a called library does inside is not seen.
 */
final class Decisions {

    enum Rule {
        STATUS,
        CLOCK,
        WAIT,
        CHANCE,
        RESEND
    }

    /**
     * Something found.
     *
     * @param rule against which rule
     * @param where the class's simple name, and the method or field
     * @param what the number or the called method
     */
    record Finding(Rule rule, String where, String what) {}

    private static final Set<String> CLOCKS = Set.of(
            "java/lang/System.nanoTime",
            "java/lang/System.currentTimeMillis",
            "java/time/Instant.now",
            "java/time/LocalDateTime.now",
            "java/time/OffsetDateTime.now",
            "java/time/ZonedDateTime.now",
            "java/util/Date.<init>");

    private static final Set<String> WAITS = Set.of(
            "java/lang/Thread.sleep",
            "java/lang/Thread.join",
            "java/lang/Object.wait",
            "java/util/concurrent/TimeUnit.sleep",
            "java/util/concurrent/TimeUnit.timedWait",
            "java/util/concurrent/locks/LockSupport.park",
            "java/util/concurrent/locks/LockSupport.parkNanos",
            "java/util/concurrent/locks/LockSupport.parkUntil",
            "java/util/concurrent/CompletableFuture.delayedExecutor");

    private static final Set<String> CHANCES = Set.of(
            "java/util/Random",
            "java/util/SplittableRandom",
            "java/security/SecureRandom",
            "java/util/concurrent/ThreadLocalRandom");

    private static final Set<String> SENDS = Set.of("proceed", "send", "sendAsync", "execute", "enqueue", "newCall");

    private final List<Finding> findings = new ArrayList<>();
    private String className = "";

    private Decisions() {}

    static List<Finding> in(byte[] classFile) {
        Decisions decisions = new Decisions();
        new ClassReader(classFile).accept(decisions.new OfClass(), ClassReader.SKIP_FRAMES | ClassReader.SKIP_DEBUG);
        return decisions.findings;
    }

    private void found(Rule rule, String member, String what) {
        String simple = className.substring(className.lastIndexOf('/') + 1);
        findings.add(new Finding(rule, simple + "." + member, what));
    }

    private void number(String member, int value) {
        if (value >= 100 && value <= 599) {
            found(Rule.STATUS, member, Integer.toString(value));
        }
    }

    private void constant(String member, @Nullable Object value) {
        if (value instanceof Integer number) {
            number(member, number);
        } else if (value instanceof String text && text.matches("[1-5][0-9][0-9]")) {
            found(Rule.STATUS, member, '"' + text + '"');
        }
    }

    private void call(String member, String owner, String name) {
        String called = owner + "." + name;
        if (CLOCKS.contains(called) || owner.equals("java/time/Clock")) {
            found(Rule.CLOCK, member, called);
        }
        if (WAITS.contains(called)) {
            found(Rule.WAIT, member, called);
        }
        if (CHANCES.contains(owner)
                || owner.startsWith("java/util/random/")
                || called.equals("java/lang/Math.random")) {
            found(Rule.CHANCE, member, called);
        }
    }

    private final class OfClass extends ClassVisitor {

        OfClass() {
            super(Opcodes.ASM9);
        }

        @Override
        public void visit(
                int version,
                int access,
                String name,
                @Nullable String signature,
                @Nullable String superName,
                String @Nullable [] interfaces) {
            className = name;
        }

        @Override
        public @Nullable FieldVisitor visitField(
                int access, String name, String descriptor, @Nullable String signature, @Nullable Object value) {
            constant(name, value);
            return null;
        }

        @Override
        public MethodVisitor visitMethod(
                int access,
                String name,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
            return new OfMethod(name);
        }
    }

    private final class OfMethod extends MethodVisitor {

        private final String method;
        private final Map<Label, Integer> labels = new HashMap<>();
        private final Map<Integer, String> sends = new HashMap<>();
        private int position;

        OfMethod(String method) {
            super(Opcodes.ASM9);
            this.method = method;
        }

        @Override
        public void visitIntInsn(int opcode, int operand) {
            if (opcode != Opcodes.NEWARRAY) {
                number(method, operand);
            }
        }

        @Override
        public void visitLdcInsn(Object value) {
            constant(method, value);
        }

        @Override
        public void visitTableSwitchInsn(int min, int max, Label dflt, Label... targets) {
            for (int key = min; key <= max; key++) {
                number(method, key);
            }
        }

        @Override
        public void visitLookupSwitchInsn(Label dflt, int[] keys, Label[] targets) {
            for (int key : keys) {
                number(method, key);
            }
        }

        @Override
        public void visitLabel(Label label) {
            labels.put(label, position);
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            call(method, owner, name);
            if (SENDS.contains(name)) {
                sends.put(position++, owner + "." + name);
            }
        }

        @Override
        public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
            for (Object argument : arguments) {
                if (argument instanceof Handle handle) {
                    call(method, handle.getOwner(), handle.getName());
                } else {
                    constant(method, argument);
                }
            }
        }

        @Override
        public void visitJumpInsn(int opcode, Label label) {
            Integer target = labels.get(label);
            if (target != null) {
                for (int i = target; i < position; i++) {
                    found(Rule.RESEND, method, String.valueOf(sends.get(i)));
                }
            }
        }
    }
}
