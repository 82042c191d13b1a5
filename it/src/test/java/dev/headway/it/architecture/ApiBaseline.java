package dev.headway.it.architecture;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Enumeration;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Writes what the build compares the API with, to be kept beside the sources: the classes of the exported packages without their code
 * and without what nobody outside can see. Run by the profile "api-baseline".
 */
final class ApiBaseline {

    /** Of every entry, so that the same API gives the same bytes. */
    private static final LocalDateTime TIME = LocalDateTime.of(2026, 1, 1, 0, 0);

    private ApiBaseline() {}

    /**
     * Writes the baselines.
     *
     * @param args the directory to write to, and the jars
     */
    public static void main(String[] args) throws IOException {
        Path directory = Files.createDirectories(Path.of(args[0]));
        for (int i = 1; i < args.length; i++) {
            Path jar = Path.of(args[i]);
            String name = jar.getFileName().toString().replaceFirst("-\\d.*", ".jar");
            write(directory.resolve(name), jar);
        }
    }

    private static void write(Path baseline, Path jar) throws IOException {
        TreeMap<String, byte[]> classes = new TreeMap<>();
        try (JarFile from = new JarFile(jar.toFile())) {
            for (Enumeration<JarEntry> entries = from.entries(); entries.hasMoreElements(); ) {
                JarEntry entry = entries.nextElement();
                if (exported(entry.getName())) {
                    classes.put(entry.getName(), seen(from.getInputStream(entry).readAllBytes()));
                }
            }
        }
        try (OutputStream file = Files.newOutputStream(baseline);
                ZipOutputStream to = new ZipOutputStream(file)) {
            to.setLevel(9);
            for (var each : classes.entrySet()) {
                ZipEntry entry = new ZipEntry(each.getKey());
                entry.setTimeLocal(TIME);
                to.putNextEntry(entry);
                to.write(each.getValue());
            }
        }
    }

    private static boolean exported(String file) {
        return file.endsWith(".class")
                && !file.endsWith("-info.class")
                && !file.contains("/internal/")
                && !file.contains("/tools/");
    }

    private static byte[] seen(byte[] type) {
        ClassWriter writer = new ClassWriter(0);
        ClassVisitor seen = new ClassVisitor(Opcodes.ASM9, writer) {
            @Override
            public @Nullable FieldVisitor visitField(
                    int access, String name, String type, @Nullable String generic, @Nullable Object value) {
                return visible(access) ? super.visitField(access, name, type, generic, value) : null;
            }

            @Override
            public @Nullable MethodVisitor visitMethod(
                    int access, String name, String type, @Nullable String generic, String @Nullable [] thrown) {
                return visible(access) ? super.visitMethod(access, name, type, generic, thrown) : null;
            }
        };
        new ClassReader(type).accept(seen, ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        return writer.toByteArray();
    }

    private static boolean visible(int access) {
        return (access & (Opcodes.ACC_PUBLIC | Opcodes.ACC_PROTECTED)) != 0;
    }
}
