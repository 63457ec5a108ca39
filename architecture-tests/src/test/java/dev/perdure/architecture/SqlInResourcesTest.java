// SPDX-License-Identifier: Apache-2.0
package dev.perdure.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.javaparser.ast.expr.LiteralStringValueExpr;
import com.github.javaparser.ast.expr.StringLiteralExpr;
import com.github.javaparser.ast.expr.TextBlockLiteralExpr;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** SQL is read, explained and tuned as SQL, so it lives in files of its own. */
class SqlInResourcesTest {

    /** What only a statement looks like. Settings and brackets (pragma, begin, commit) may be in the code. */
    private static final Pattern STATEMENT = Pattern.compile("(?is)\\b(select\\s.+\\sfrom"
            + "|select\\s+(\\?|\\d|count|max|min|exists)|insert\\s+(or\\s+\\w+\\s+)?into"
            + "|replace\\s+into|delete\\s+from|update\\s+\\w+\\s+set"
            + "|(create|drop|alter)\\s+(unique\\s+|temp\\s+)?(table|index|view|trigger))\\b.*");

    @Test
    void a_store_keeps_its_sql_in_resources() {
        assertThat(Project.MODULES.stream().filter(module -> module.startsWith("store-"))
                .flatMap(module -> Project.mainSources(module).stream())
                .flatMap(SqlInResourcesTest::statements))
                .as("SQL in Java strings: move it to a .sql file under src/main/resources and give it a name there")
                .isEmpty();
    }

    @Test
    void a_statement_is_told_from_a_sentence() {
        assertThat(statements(planted("\"Select a run from the list to insert a note, then update it\"")))
                .as("a sentence can look like SQL; then say it in other words").hasSize(1);
        assertThat(statements(planted("\"insert into runs values (?)\""))).hasSize(1);
        assertThat(statements(planted("\"\"\"\n  UPDATE runs\n  SET status = ?\"\"\""))).hasSize(1);
        assertThat(statements(planted("\"the database cannot be opened: delete nothing, copy it elsewhere\"")))
                .isEmpty();
        assertThat(statements(planted("\"begin immediate\""))).isEmpty();
    }

    private static Stream<String> statements(Source source) {
        return source.unit().findAll(LiteralStringValueExpr.class).stream()
                .filter(literal -> literal instanceof StringLiteralExpr || literal instanceof TextBlockLiteralExpr)
                .filter(literal -> STATEMENT.matcher(literal.getValue()).find())
                .map(literal -> source.at(literal) + ": " + literal.getValue().strip());
    }

    private static Source planted(String literal) {
        return Source.of("store-x", "store-x/src/main/java/Planted.java",
                "class Planted { String s = " + literal + "; }");
    }
}
