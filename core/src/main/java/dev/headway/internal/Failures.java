package dev.headway.internal;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.MalformedURLException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.UnknownServiceException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.NoSuchFileException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Which exceptions pass by themselves. By type only: messages differ between versions of a client. */
final class Failures {

    private static final int MAX_CAUSES = 20;

    private Failures() {}

    /** An {@code IOException} that another attempt may not meet: neither a matter of trust, nor of a malformed message, nor an interrupt. */
    static boolean transientFailure(Throwable failure) {
        if (!(failure instanceof IOException)) {
            return false;
        }
        if (interrupted(failure)) {
            return false;
        }
        Throwable cause = failure;
        // Bounded: a chain of causes may be a circle.
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (permanent(cause)) {
                return false;
            }
            cause = cause.getCause();
        }
        return true;
    }

    /** Whether the caller himself has ended the attempt. */
    static boolean interrupted(Throwable failure) {
        return failure instanceof InterruptedException
                || (failure instanceof InterruptedIOException && !(failure instanceof SocketTimeoutException));
    }

    private static boolean permanent(Throwable cause) {
        return cause instanceof ProtocolException
                || cause instanceof SSLPeerUnverifiedException
                || cause instanceof CertificateException
                || cause instanceof UnknownServiceException
                || cause instanceof MalformedURLException
                || cause instanceof FileNotFoundException
                || cause instanceof NoSuchFileException
                || cause instanceof CharacterCodingException
                || cause instanceof ClosedByInterruptException;
    }

    /** Whether time ran out. {@code java.net.http} is not required here, so its types go by name. */
    static boolean timeout(Throwable failure) {
        if (failure instanceof SocketTimeoutException) {
            return true;
        }
        Class<?> type = failure.getClass();
        while (type != Throwable.class && !type.getName().equals("java.net.http.HttpTimeoutException")) {
            type = type.getSuperclass();
        }
        return type != Throwable.class;
    }
}
