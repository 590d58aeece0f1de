// What would a user write in Java 17? `MessageDigest`, one reused, and a `StringBuilder`.
// The JDK has no JSON parser, so there is no figure from lines.
//
// Protocol: `java Compare.java FILE ROUNDS`; see README.md.

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

public final class Compare {
    private static final int BATCH = 5_000;
    private static final long DAY_MS = 24L * 60 * 60 * 1000;
    private static final Pattern AMOUNT = Pattern.compile("(?:0|[1-9][0-9]{0,17})(?:\\.[0-9]+)?");
    // Rounds before the first one that counts, for the just-in-time compiler.
    private static final int WARM_UP = 4;
    // The JDK's process clock ticks every 10 ms: a round is so many passes that this is below 1 %.
    private static final int PASSES = 4;

    record Event(String rule, long happenedAt, String eventId, String email, String clickId,
            String firstName, String lastName, String companyName, String title,
            String countryCode, String amount, String currency) {}

    // --- what the user writes ----------------------------------------------------------------------

    private final MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    private final Set<String> currencies;
    private final long nowMs;

    private Compare(Set<String> currencies, long nowMs) throws NoSuchAlgorithmException {
        this.currencies = currencies;
        this.nowMs = nowMs;
    }

    private static String normalised(String email) {
        StringBuilder kept = new StringBuilder(email.length());
        for (int i = 0; i < email.length(); i++) {
            char c = email.charAt(i);
            if (!Character.isWhitespace(c)) {
                kept.append(c);
            }
        }
        return kept.toString().toLowerCase(Locale.ROOT);
    }

    /** Time in the window, currency known, amount decimal text, somebody identified. */
    private boolean isValid(Event event, String digest) {
        return event.happenedAt >= nowMs - 90 * DAY_MS
                && event.happenedAt <= nowMs + DAY_MS
                && currencies.contains(event.currency)
                && AMOUNT.matcher(event.amount).matches()
                && (digest != null || !event.clickId.isEmpty()
                        || (!event.firstName.isEmpty() && !event.lastName.isEmpty()));
    }

    private static void quoted(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ') {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    /** Appends LinkedIn's form of one event; false if it cannot be sent. */
    private boolean element(StringBuilder out, Event event) {
        String email = normalised(event.email);
        String digest = email.isEmpty() ? null
                : HexFormat.of().formatHex(sha256.digest(email.getBytes(StandardCharsets.UTF_8)));
        if (!isValid(event, digest)) {
            return false;
        }
        if (out.charAt(out.length() - 1) == '}') {
            out.append(',');
        }
        out.append("{\"conversion\":");
        quoted(out, "urn:lla:llaPartnerConversion:" + event.rule);
        out.append(",\"conversionHappenedAt\":").append(event.happenedAt);
        out.append(",\"eventId\":");
        quoted(out, event.eventId);
        out.append(",\"conversionValue\":{\"currencyCode\":");
        quoted(out, event.currency);
        out.append(",\"amount\":");
        quoted(out, event.amount);
        out.append("},\"user\":{\"userIds\":[");
        if (digest != null) {
            out.append("{\"idType\":\"SHA256_EMAIL\",\"idValue\":\"").append(digest).append("\"}");
        }
        if (!event.clickId.isEmpty()) {
            out.append(digest == null ? "" : ",");
            out.append("{\"idType\":\"LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID\",\"idValue\":");
            quoted(out, event.clickId);
            out.append('}');
        }
        out.append("],\"userInfo\":{\"firstName\":");
        quoted(out, event.firstName);
        out.append(",\"lastName\":");
        quoted(out, event.lastName);
        out.append(",\"title\":");
        quoted(out, event.title);
        out.append(",\"companyName\":");
        quoted(out, event.companyName);
        out.append(",\"countryCode\":");
        quoted(out, event.countryCode);
        out.append("}}}");
        return true;
    }

    /** Hands the body of a BATCH_CREATE for each 5,000 events to `take`. */
    private void makeBodies(List<Event> events, Consumer<byte[]> take) {
        StringBuilder body = new StringBuilder();
        int inBatch = 0;
        for (Event event : events) {
            if (inBatch == 0) {
                body.setLength(0);
                body.append("{\"elements\":[");
            }
            inBatch += element(body, event) ? 1 : 0;
            if (inBatch == BATCH) {
                take.accept(body.append("]}").toString().getBytes(StandardCharsets.UTF_8));
                inBatch = 0;
            }
        }
        if (inBatch > 0) {
            take.accept(body.append("]}").toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    // --- how it is measured ------------------------------------------------------------------------

    /** Reads one flat object of texts and integers, which is all that generate.py writes. */
    private static Event parsed(String line) {
        Map<String, String> fields = new HashMap<>();
        int at = 1;
        while (at < line.length() && line.charAt(at) == '"') {
            int keyEnd = line.indexOf('"', at + 1);
            String key = line.substring(at + 1, keyEnd);
            StringBuilder value = new StringBuilder();
            at = keyEnd + 2;
            if (line.charAt(at) == '"') {
                for (at++; line.charAt(at) != '"'; at++) {
                    char c = line.charAt(at);
                    if (c == '\\') {
                        c = line.charAt(++at);
                        c = switch (c) {
                            case '"', '\\', '/' -> c;
                            case 't' -> '\t';
                            default -> throw new IllegalArgumentException("escape " + c);
                        };
                    }
                    value.append(c);
                }
                at++;
            } else {
                while (line.charAt(at) != ',' && line.charAt(at) != '}') {
                    value.append(line.charAt(at++));
                }
            }
            fields.put(key, value.toString());
            at++;
        }
        return new Event(fields.get("rule"), Long.parseLong(fields.get("happened_at")),
                fields.get("event_id"), fields.get("email"), fields.get("click_id"),
                fields.get("first_name"), fields.get("last_name"), fields.get("company_name"),
                fields.get("title"), fields.get("country_code"), fields.get("amount"),
                fields.get("currency"));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1
                ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    public static void main(String[] arguments) throws IOException, NoSuchAlgorithmException {
        Path file = Path.of(arguments[0]);
        int rounds = Integer.parseInt(arguments[1]);
        List<Event> events = new ArrayList<>();
        try (var lines = Files.lines(file)) {
            lines.map(Compare::parsed).forEach(events::add);
        }
        // run.py starts all implementations in this folder.
        Set<String> currencies =
                Set.of(Files.readString(Path.of("currencies.txt")).trim().split("\\s+"));
        Compare compare = new Compare(currencies, System.currentTimeMillis());

        MessageDigest output = MessageDigest.getInstance("SHA-256");
        compare.makeBodies(events, output::update);
        String digest = HexFormat.of().formatHex(output.digest());

        var clock = (com.sun.management.OperatingSystemMXBean)
                ManagementFactory.getOperatingSystemMXBean();
        double[] prepareNs = new double[rounds];
        long[] bytes = {0};
        for (int round = -WARM_UP; round < rounds; round++) {
            long start = clock.getProcessCpuTime();
            for (int pass = 0; pass < PASSES; pass++) {
                // Each body is dropped as soon as it is made; its length keeps the work from being
                // optimised away.
                compare.makeBodies(events, body -> bytes[0] += body.length);
            }
            if (round >= 0) {
                double spent = clock.getProcessCpuTime() - start;
                prepareNs[round] = spent / PASSES / events.size();
            }
        }
        if (bytes[0] == 0) {
            throw new IllegalStateException("no event was prepared");
        }
        System.out.printf(Locale.ROOT,
                "{\"prepare_ns_per_event\":%.1f,\"lines_ns_per_event\":null,"
                        + "\"digest_of_output\":\"%s\"}%n", median(prepareNs), digest);
    }
}
