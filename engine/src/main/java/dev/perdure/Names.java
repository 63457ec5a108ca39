// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

/**
 * The rule for every name that is stored: of workflows, steps, signals, published values and runs.
 *
 * <p>Names are part of the journal for ever, so the rule is narrow enough for every store and every log: 1 to 200
 * characters, no control characters, no {@code /} (which separates fibers in paths and keys), and not beginning with
 * {@value #RESERVED}, which is kept for Perdure itself.
 */
public final class Names {

    /** The prefix that users may not use. */
    public static final String RESERVED = "perdure.";

    /** The most characters a name may have. */
    public static final int LONGEST = 200;

    private Names() {
    }

    /**
     * Returns the name if it follows the rule.
     *
     * @param what what is being named, for the message: "step", "workflow", …
     * @param name the name
     * @return the same name
     * @throws ReservedNameException if it begins with the reserved prefix
     * @throws InvalidArgumentException if it breaks the rule in another way
     */
    public static String check(String what, String name) {
        if (name == null || name.isBlank()) {
            throw new InvalidArgumentException("a " + what + " needs a name: it is empty. Give it a short, stable one");
        }
        if (name.length() > LONGEST) {
            throw new InvalidArgumentException("the " + what + " name '" + name.substring(0, 40) + "…' has "
                    + name.length() + " characters, at most " + LONGEST + " are allowed. Shorten it");
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '/' || Character.isISOControl(c)) {
                throw new InvalidArgumentException("the " + what + " name '" + name + "' has the character "
                        + (c == '/' ? "'/'" : String.format("U+%04X", (int) c)) + " at " + i
                        + ", which is not allowed in names. Use letters, digits, '-', '_', '.' or ':'");
            }
        }
        if (name.startsWith(RESERVED)) {
            throw new ReservedNameException(what, name);
        }
        return name;
    }
}
