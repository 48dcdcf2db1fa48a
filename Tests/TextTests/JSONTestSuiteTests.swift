import Testing
import Text

/// The categories and names of the JSON test suite by Nicolas Seriot, its documents spelled anew.
///
/// What is called `y_` must be read, `n_` must not, and of `i_` each reader says what it does.
struct JSONTestSuiteTests {
    struct Document: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]

        init(_ name: String, _ text: String) {
            self.init(name, Array(text.utf8))
        }

        init(_ name: String, _ bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }

        var testDescription: String { name }
    }

    @Test(arguments: accepted)
    func `JO-19 y_ is read, and means the same once written`(document: Document) throws {
        let value = try JSONReader.read(document.bytes)
        #expect(try JSONReader.read(JSONWriter.write(value)) == value)
    }

    @Test(arguments: refused + refusedBytes)
    func `JO-19 n_ is refused`(document: Document) {
        #expect(throws: JSONReader.Failure.self) { try JSONReader.read(document.bytes, lengthLimit: .max) }
    }

    @Test(arguments: refusedByUs)
    func `JO-19 i_ is refused where two readers could disagree`(document: Document, reason: JSONReader.Failure.Reason) {
        let failure = #expect(throws: JSONReader.Failure.self) { try JSONReader.read(document.bytes) }
        #expect(failure?.reason == reason)
    }

    @Test(arguments: readByUs)
    func `JO-20 i_ numbers are read as the nearest one`(document: Document, value: JSON) throws {
        #expect(try JSONReader.read(document.bytes) == value)
    }

    @Test func `no document occurs twice`() {
        let documents =
            Self.accepted + Self.refused + Self.refusedBytes + Self.refusedByUs.map(\.0) + Self.readByUs.map(\.0)
        #expect(documents.count > 290)
        #expect(Set(documents.map(\.name)).count + 10 > documents.count, "a few names are in two categories")
    }

    static let accepted: [Document] = [
        Document("array_arraysWithSpaces", "[[]   ]"),
        Document("array_empty", "[]"),
        Document("array_empty-string", "[\"\"]"),
        Document("array_ending_with_newline", "[\"a\"]\n"),
        Document("array_false", "[false]"),
        Document("array_heterogeneous", "[null, 1, \"1\", {}]"),
        Document("array_null", "[null]"),
        Document("array_with_1_and_newline", "[1\n]"),
        Document("array_with_leading_space", " [1]"),
        Document("array_with_several_null", "[1,null,null,null,2]"),
        Document("array_with_trailing_space", "[2] "),
        Document("number", "[123e65]"),
        Document("number_0e+1", "[0e+1]"),
        Document("number_0e1", "[0e1]"),
        Document("number_after_space", "[ 4]"),
        Document(
            "number_double_close_to_zero",
            "[-0.000000000000000000000000000000000000000000000000000000000000000000000000000001]"
        ),
        Document("number_int_with_exp", "[20e1]"),
        Document("number_minus_zero", "[-0]"),
        Document("number_negative_int", "[-123]"),
        Document("number_negative_one", "[-1]"),
        Document("number_real_capital_e", "[1E22]"),
        Document("number_real_capital_e_neg_exp", "[1E-2]"),
        Document("number_real_capital_e_pos_exp", "[1E+2]"),
        Document("number_real_exponent", "[123e45]"),
        Document("number_real_fraction_exponent", "[123.456e78]"),
        Document("number_real_neg_exp", "[1e-2]"),
        Document("number_real_pos_exponent", "[1e+2]"),
        Document("number_simple_int", "[123]"),
        Document("number_simple_real", "[123.456789]"),
        Document("object", "{\"asd\":\"sdf\", \"dfg\":\"fgh\"}"),
        Document("object_basic", "{\"asd\":\"sdf\"}"),
        Document("object_empty", "{}"),
        Document("object_empty_key", "{\"\":0}"),
        Document("object_escaped_null_in_key", "{\"foo\\u0000bar\": 42}"),
        Document("object_extreme_numbers", "{ \"min\": -1.0e+28, \"max\": 1.0e+28 }"),
        Document(
            "object_long_strings",
            "{\"x\":[{\"id\": \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}], \"id\": \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}"
        ),
        Document("object_simple", "{\"a\":[]}"),
        Document("object_string_unicode", "{\"title\":\"\\u041f\\u043e\\u043b\\u0442\\u043e\\u0440\\u0430\"}"),
        Document("object_with_newlines", "{\n\"a\": \"b\"\n}"),
        Document("string_1_2_3_bytes_UTF-8_sequences", "[\"\\u0060\\u012a\\u12AB\"]"),
        Document("string_accepted_surrogate_pair", "[\"\\uD801\\udc37\"]"),
        Document("string_accepted_surrogate_pairs", "[\"\\ud83d\\ude39\\ud83d\\udc8d\"]"),
        Document("string_allowed_escapes", "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]"),
        Document("string_backslash_and_u_escaped_zero", "[\"\\\\u0000\"]"),
        Document("string_backslash_doublequotes", "[\"\\\"\"]"),
        Document("string_comments", "[\"a/*b*/c/*d//e\"]"),
        Document("string_double_escape_a", "[\"\\\\a\"]"),
        Document("string_double_escape_n", "[\"\\\\n\"]"),
        Document("string_escaped_control_character", "[\"\\u0012\"]"),
        Document("string_escaped_noncharacter", "[\"\\uFFFF\"]"),
        Document("string_in_array", "[\"asd\"]"),
        Document("string_in_array_with_leading_space", "[ \"asd\"]"),
        Document("string_last_surrogates_1_and_2", "[\"\\uDBFF\\uDFFF\"]"),
        Document("string_nbsp_uescaped", "[\"new\\u00A0line\"]"),
        Document("string_nonCharacterInUTF-8_U+10FFFF", "[\"\u{10FFFF}\"]"),
        Document("string_nonCharacterInUTF-8_U+FFFF", "[\"\u{FFFF}\"]"),
        Document("string_null_escape", "[\"\\u0000\"]"),
        Document("string_one-byte-utf-8", "[\"\\u002c\"]"),
        Document("string_pi", "[\"\u{3C0}\"]"),
        Document("string_reservedCharacterInUTF-8_U+1BFFF", "[\"\u{1BFFF}\"]"),
        Document("string_simple_ascii", "[\"asd \"]"),
        Document("string_space", "\" \""),
        Document("string_surrogates_U+1D11E_MUSICAL_SYMBOL_G_CLEF", "[\"\\uD834\\uDd1e\"]"),
        Document("string_three-byte-utf-8", "[\"\\u0821\"]"),
        Document("string_two-byte-utf-8", "[\"\\u0123\"]"),
        Document("string_u+2028_line_sep", "[\"\u{2028}\"]"),
        Document("string_u+2029_par_sep", "[\"\u{2029}\"]"),
        Document("string_uEscape", "[\"\\u0061\\u30af\\u30EA\\u30b9\"]"),
        Document("string_uescaped_newline", "[\"new\\u000Aline\"]"),
        Document("string_unescaped_char_delete", "[\"\u{7F}\"]"),
        Document("string_unicode", "[\"\\uA66D\"]"),
        Document("string_unicodeEscapedBackslash", "[\"\\u005C\"]"),
        Document("string_unicode_2", "[\"\u{2342}\u{3234}\u{2342}\"]"),
        Document("string_unicode_U+10FFFE_nonchar", "[\"\\uDBFF\\uDFFE\"]"),
        Document("string_unicode_U+1FFFE_nonchar", "[\"\\uD83F\\uDFFE\"]"),
        Document("string_unicode_U+200B_ZERO_WIDTH_SPACE", "[\"\\u200B\"]"),
        Document("string_unicode_U+2064_invisible_plus", "[\"\\u2064\"]"),
        Document("string_unicode_U+FDD0_nonchar", "[\"\\uFDD0\"]"),
        Document("string_unicode_U+FFFE_nonchar", "[\"\\uFFFE\"]"),
        Document("string_unicode_escaped_double_quote", "[\"\\u0022\"]"),
        Document("string_utf8", "[\"\u{20AC}\u{1D11E}\"]"),
        Document("string_with_del_character", "[\"a\u{7F}a\"]"),
        Document("structure_lonely_false", "false"),
        Document("structure_lonely_int", "42"),
        Document("structure_lonely_negative_real", "-0.1"),
        Document("structure_lonely_null", "null"),
        Document("structure_lonely_string", "\"asd\""),
        Document("structure_lonely_true", "true"),
        Document("structure_string_empty", "\"\""),
        Document("structure_trailing_newline", "[\"a\"]\n"),
        Document("structure_true_in_array", "[true]"),
        Document("structure_whitespace_array", " [] "),
    ]

    static let refused: [Document] = [
        Document("array_1_true_without_comma", "[1 true]"),
        Document("array_colon_instead_of_comma", "[\"\": 1]"),
        Document("array_comma_after_close", "[\"\"],"),
        Document("array_comma_and_number", "[,1]"),
        Document("array_double_comma", "[1,,2]"),
        Document("array_double_extra_comma", "[\"x\",,]"),
        Document("array_extra_close", "[\"x\"]]"),
        Document("array_extra_comma", "[\"\",]"),
        Document("array_incomplete", "[\"x\""),
        Document("array_incomplete_invalid_value", "[x"),
        Document("array_inner_array_no_comma", "[3[4]]"),
        Document("array_items_separated_by_semicolon", "[1:2]"),
        Document("array_just_comma", "[,]"),
        Document("array_just_minus", "[-]"),
        Document("array_missing_value", "[   , \"\"]"),
        Document("array_newlines_unclosed", "[\"a\",\n4\n,1,"),
        Document("array_number_and_comma", "[1,]"),
        Document("array_number_and_several_commas", "[1,,]"),
        Document("array_spaces_vertical_tab_formfeed", "[\"\u{B}a\"\\f]"),
        Document("array_star_inside", "[*]"),
        Document("array_unclosed", "[\"\""),
        Document("array_unclosed_trailing_comma", "[1,"),
        Document("array_unclosed_with_new_lines", "[1,\n1\n,1"),
        Document("array_unclosed_with_object_inside", "[{}"),
        Document("incomplete_false", "[fals]"),
        Document("incomplete_null", "[nul]"),
        Document("incomplete_true", "[tru]"),
        Document("multidigit_number_then_00", "123\0"),
        Document("number_++", "[++1234]"),
        Document("number_+1", "[+1]"),
        Document("number_+Inf", "[+Inf]"),
        Document("number_-01", "[-01]"),
        Document("number_-1.0.", "[-1.0.]"),
        Document("number_-2.", "[-2.]"),
        Document("number_-NaN", "[-NaN]"),
        Document("number_.-1", "[.-1]"),
        Document("number_.2e-3", "[.2e-3]"),
        Document("number_0.1.2", "[0.1.2]"),
        Document("number_0.3e", "[0.3e]"),
        Document("number_0.3e+", "[0.3e+]"),
        Document("number_0.e1", "[0.e1]"),
        Document("number_0_capital_E", "[0E]"),
        Document("number_0_capital_E+", "[0E+]"),
        Document("number_0e", "[0e]"),
        Document("number_0e+", "[0e+]"),
        Document("number_1.0e", "[1.0e]"),
        Document("number_1.0e+", "[1.0e+]"),
        Document("number_1.0e-", "[1.0e-]"),
        Document("number_1_000", "[1 000.0]"),
        Document("number_1eE2", "[1eE2]"),
        Document("number_2.e+3", "[2.e+3]"),
        Document("number_2.e-3", "[2.e-3]"),
        Document("number_2.e3", "[2.e3]"),
        Document("number_9.e+", "[9.e+]"),
        Document("number_Inf", "[Inf]"),
        Document("number_NaN", "[NaN]"),
        Document("number_U+FF11_fullwidth_digit_one", "[\u{FF11}]"),
        Document("number_expression", "[1+2]"),
        Document("number_hex_1_digit", "[0x1]"),
        Document("number_hex_2_digits", "[0x42]"),
        Document("number_infinity", "[Infinity]"),
        Document("number_invalid+-", "[0e+-1]"),
        Document("number_invalid-negative-real", "[-123.123foo]"),
        Document("number_minus_infinity", "[-Infinity]"),
        Document("number_minus_sign_with_trailing_garbage", "[-foo]"),
        Document("number_minus_space_1", "[- 1]"),
        Document("number_neg_int_starting_with_zero", "[-012]"),
        Document("number_neg_real_without_int_part", "[-.123]"),
        Document("number_neg_with_garbage_at_end", "[-1x]"),
        Document("number_real_garbage_after_e", "[1ea]"),
        Document("number_real_without_fractional_part", "[1.]"),
        Document("number_starting_with_dot", "[.123]"),
        Document("number_with_alpha", "[1.2a-3]"),
        Document("number_with_alpha_char", "[1.8011670033376514H-308]"),
        Document("number_with_leading_zero", "[012]"),
        Document("object_bad_value", "[\"x\", truth]"),
        Document("object_bracket_key", "{[: \"x\"}\n"),
        Document("object_comma_instead_of_colon", "{\"x\", null}"),
        Document("object_double_colon", "{\"x\"::\"b\"}"),
        Document("object_emoji", "{\u{1F1E8}\u{1F1ED}}"),
        Document("object_garbage_at_end", "{\"a\":\"a\" 123}"),
        Document("object_key_with_single_quotes", "{key: 'value'}"),
        Document("object_missing_colon", "{\"a\" b}"),
        Document("object_missing_key", "{:\"b\"}"),
        Document("object_missing_semicolon", "{\"a\" \"b\"}"),
        Document("object_missing_value", "{\"a\":"),
        Document("object_no-colon", "{\"a\""),
        Document("object_non_string_key", "{1:1}"),
        Document("object_non_string_key_but_huge_number_instead", "{9999E9999:1}"),
        Document("object_repeated_null_null", "{null:null,null:null}"),
        Document("object_several_trailing_commas", "{\"id\":0,,,,,}"),
        Document("object_single_quote", "{'a':0}"),
        Document("object_trailing_comma", "{\"id\":0,}"),
        Document("object_trailing_comment", "{\"a\":\"b\"}/**/"),
        Document("object_trailing_comment_open", "{\"a\":\"b\"}/**//"),
        Document("object_trailing_comment_slash_open", "{\"a\":\"b\"}//"),
        Document("object_trailing_comment_slash_open_incomplete", "{\"a\":\"b\"}/"),
        Document("object_two_commas_in_a_row", "{\"a\":\"b\",,\"c\":\"d\"}"),
        Document("object_unquoted_key", "{a: \"b\"}"),
        Document("object_unterminated-value", "{\"a\":\"a"),
        Document("object_with_single_string", "{ \"foo\" : \"bar\", \"a\" }"),
        Document("object_with_trailing_garbage", "{\"a\":\"b\"}#"),
        Document("single_space", " "),
        Document("string_1_surrogate_then_escape", "[\"\\uD800\\\"]"),
        Document("string_1_surrogate_then_escape_u", "[\"\\uD800\\u\"]"),
        Document("string_1_surrogate_then_escape_u1", "[\"\\uD800\\u1\"]"),
        Document("string_1_surrogate_then_escape_u1x", "[\"\\uD800\\u1x\"]"),
        Document("string_accentuated_char_no_quotes", "[\u{E9}]"),
        Document("string_backslash_00", "[\"\\\0\"]"),
        Document("string_escape_x", "[\"\\x00\"]"),
        Document("string_escaped_backslash_bad", "[\"\\\\\\\"]"),
        Document("string_escaped_ctrl_char_tab", "[\"\\\t\"]"),
        Document("string_escaped_emoji", "[\"\\\u{1F300}\"]"),
        Document("string_incomplete_escape", "[\"\\\"]"),
        Document("string_incomplete_escaped_character", "[\"\\u00A\"]"),
        Document("string_incomplete_surrogate", "[\"\\uD834\\uDd\"]"),
        Document("string_incomplete_surrogate_escape_invalid", "[\"\\uD800\\uD800\\x\"]"),
        Document("string_invalid_backslash_esc", "[\"\\a\"]"),
        Document("string_invalid_unicode_escape", "[\"\\uqqqq\"]"),
        Document("string_leading_uescaped_thinspace", "[\\u0020\"asd\"]"),
        Document("string_no_quotes_with_bad_escape", "[\\n]"),
        Document("string_single_doublequote", "\""),
        Document("string_single_quote", "['single quote']"),
        Document("string_single_string_no_double_quotes", "abc"),
        Document("string_start_escape_unclosed", "[\"\\"),
        Document("string_unescaped_ctrl_char", "[\"a\0a\"]"),
        Document("string_unescaped_newline", "[\"new\nline\"]"),
        Document("string_unescaped_tab", "[\"\t\"]"),
        Document("string_unicode_CapitalU", "\"\\UA66D\""),
        Document("string_with_trailing_garbage", "\"\"x"),
        Document("structure_U+2060_word_joined", "[\u{2060}]"),
        Document("structure_UTF8_BOM_no_data", "\u{FEFF}"),
        Document("structure_angle_bracket_.", "<.>"),
        Document("structure_angle_bracket_null", "[<null>]"),
        Document("structure_array_trailing_garbage", "[1]x"),
        Document("structure_array_with_extra_array_close", "[1]]"),
        Document("structure_array_with_unclosed_string", "[\"asd]"),
        Document("structure_ascii-unicode-identifier", "a\u{E5}"),
        Document("structure_capitalized_True", "[True]"),
        Document("structure_close_unopened_array", "1]"),
        Document("structure_comma_instead_of_closing_brace", "{\"x\": true,"),
        Document("structure_double_array", "[][]"),
        Document("structure_end_array", "]"),
        Document("structure_lone-open-bracket", "["),
        Document("structure_no_data", ""),
        Document("structure_null-byte-outside-string", "[\0]"),
        Document("structure_number_with_trailing_garbage", "2@"),
        Document("structure_object_followed_by_closing_object", "{}}"),
        Document("structure_object_unclosed_no_value", "{\"\":"),
        Document("structure_object_with_comment", "{\"a\":/*comment*/\"b\"}"),
        Document("structure_object_with_trailing_garbage", "{\"a\": true} \"x\""),
        Document("structure_open_array_apostrophe", "['"),
        Document("structure_open_array_comma", "[,"),
        Document("structure_open_array_open_object", "[{"),
        Document("structure_open_array_open_string", "[\"a"),
        Document("structure_open_array_string", "[\"a\""),
        Document("structure_open_object", "{"),
        Document("structure_open_object_close_array", "{]"),
        Document("structure_open_object_comma", "{,"),
        Document("structure_open_object_open_array", "{["),
        Document("structure_open_object_open_string", "{\"a"),
        Document("structure_open_object_string_with_apostrophes", "{'a'"),
        Document("structure_open_open", "[\"\\{[\"\\{[\"\\{[\"\\{"),
        Document("structure_single_star", "*"),
        Document("structure_trailing_#", "{\"a\":\"b\"}#{}"),
        Document("structure_unclosed_array", "[1"),
        Document("structure_unclosed_array_partial_null", "[ false, nul"),
        Document("structure_unclosed_array_unfinished_false", "[ true, fals"),
        Document("structure_unclosed_array_unfinished_true", "[ false, tru"),
        Document("structure_unclosed_object", "{\"asd\":\"asd\""),
        Document("structure_unicode-identifier", "\u{E5}"),
        Document("structure_uescaped_LF_before_string", "[\\u000A\"\"]"),
        Document("structure_whitespace_U+2060_word_joiner", "[\u{2060}]"),
        Document("structure_whitespace_formfeed", "[\u{C}]"),
    ]

    /// What no Swift text can hold, and what is too long to be spelled.
    static let refusedBytes: [Document] = [
        Document("array_a_invalid_utf8", [0x5B, 0x61, 0xE5, 0x5D]),
        Document("array_invalid_utf8", [0x5B, 0xFF, 0x5D]),
        Document("number_invalid-utf-8-in-bigger-int", [0x5B, 0x31, 0x32, 0x33, 0xE5, 0x5D]),
        Document("number_invalid-utf-8-in-exponent", [0x5B, 0x31, 0x65, 0x31, 0xE5, 0x5D]),
        Document("number_invalid-utf-8-in-int", [0x5B, 0x30, 0xE5, 0x5D, 0x0A]),
        Document("number_real_with_invalid_utf8_after_e", [0x5B, 0x31, 0x65, 0xE5, 0x5D]),
        Document(
            "object_lone_continuation_byte_in_key_and_trailing_comma",
            [0x7B, 0x22, 0xB9, 0x22, 0x3A, 0x22, 0x30, 0x22, 0x2C, 0x7D]
        ),
        Document("object_pi_in_key_and_trailing_comma", "{\"\u{3C0}\":\"0\",}"),
        Document("string_invalid-utf-8-in-escape", [0x5B, 0x22, 0x5C, 0x75, 0xE5, 0x22, 0x5D]),
        Document("string_invalid_utf8_after_escape", [0x5B, 0x22, 0x5C, 0xE5, 0x22, 0x5D]),
        Document("structure_incomplete_UTF8_BOM", [0xEF, 0xBB, 0x7B, 0x7D]),
        Document("structure_lone-invalid-utf-8", [0xE5]),
        Document("structure_single_eacute", [0xE9]),
        Document("structure_100000_opening_arrays", String(repeating: "[", count: 100_000)),
        Document("structure_open_array_object", String(repeating: "[{\"\":", count: 50_000)),
    ]

    /// The suite leaves these to each reader, but for the two duplicates, which it accepts.
    static let refusedByUs: [(Document, JSONReader.Failure.Reason)] = [
        (Document("object_duplicated_key", "{\"a\":\"b\",\"a\":\"c\"}"), .duplicateName("a")),
        (Document("object_duplicated_key_and_value", "{\"a\":\"b\",\"a\":\"b\"}"), .duplicateName("a")),
        (Document("number_huge_exp", "[0.4e00669999999999999999999999999999999999999999999999999]"), .badNumber),
        (Document("number_neg_int_huge_exp", "[-1e+9999]"), .badNumber),
        (Document("number_pos_double_huge_exp", "[1.5e+9999]"), .badNumber),
        (Document("number_real_neg_overflow", "[-123123e100000]"), .badNumber),
        (Document("number_real_pos_overflow", "[123123e100000]"), .badNumber),
        (Document("object_key_lone_2nd_surrogate", "{\"\\uDFAA\":0}"), .loneSurrogate),
        (Document("string_1st_surrogate_but_2nd_missing", "[\"\\uDADA\"]"), .loneSurrogate),
        (Document("string_1st_valid_surrogate_2nd_invalid", "[\"\\uD888\\u1234\"]"), .loneSurrogate),
        (Document("string_incomplete_surrogate_and_escape_valid", "[\"\\uD800\\n\"]"), .loneSurrogate),
        (Document("string_incomplete_surrogate_pair", "[\"\\uDd1ea\"]"), .loneSurrogate),
        (Document("string_incomplete_surrogates_escape_valid", "[\"\\uD800\\uD800\\n\"]"), .loneSurrogate),
        (Document("string_invalid_lonely_surrogate", "[\"\\ud800\"]"), .loneSurrogate),
        (Document("string_invalid_surrogate", "[\"\\ud800abc\"]"), .loneSurrogate),
        (Document("string_inverted_surrogates_U+1D11E", "[\"\\uDd1e\\uD834\"]"), .loneSurrogate),
        (Document("string_lone_second_surrogate", "[\"\\uDFAA\"]"), .loneSurrogate),
        (
            Document(
                "string_UTF-16LE_with_BOM",
                [0xFF, 0xFE, 0x5B, 0x00, 0x22, 0x00, 0xE9, 0x00, 0x22, 0x00, 0x5D, 0x00]
            ), .unexpectedByte
        ),
        (
            Document("string_UTF-8_invalid_sequence", [0x5B, 0x22, 0xE6, 0x97, 0xA5, 0xD1, 0x88, 0xFA, 0x22, 0x5D]),
            .badUTF8
        ),
        (Document("string_UTF8_surrogate_U+D800", [0x5B, 0x22, 0xED, 0xA0, 0x80, 0x22, 0x5D]), .badUTF8),
        (Document("string_invalid_utf-8", [0x5B, 0x22, 0xFF, 0x22, 0x5D]), .badUTF8),
        (Document("string_iso_latin_1", [0x5B, 0x22, 0xE9, 0x22, 0x5D]), .badUTF8),
        (Document("string_lone_utf8_continuation_byte", [0x5B, 0x22, 0x81, 0x22, 0x5D]), .badUTF8),
        (Document("string_not_in_unicode_range", [0x5B, 0x22, 0xF4, 0xBF, 0xBF, 0xBF, 0x22, 0x5D]), .badUTF8),
        (Document("string_overlong_sequence_2_bytes", [0x5B, 0x22, 0xC0, 0xAF, 0x22, 0x5D]), .badUTF8),
        (
            Document("string_overlong_sequence_6_bytes", [0x5B, 0x22, 0xFC, 0x83, 0xBF, 0xBF, 0xBF, 0xBF, 0x22, 0x5D]),
            .badUTF8
        ),
        (
            Document(
                "string_overlong_sequence_6_bytes_null",
                [0x5B, 0x22, 0xFC, 0x80, 0x80, 0x80, 0x80, 0x80, 0x22, 0x5D]
            ), .badUTF8
        ),
        (Document("string_truncated-utf-8", [0x5B, 0x22, 0xE0, 0xFF, 0x22, 0x5D]), .badUTF8),
        (
            Document("string_utf16BE_no_BOM", [0x00, 0x5B, 0x00, 0x22, 0x00, 0xE9, 0x00, 0x22, 0x00, 0x5D]),
            .unexpectedByte
        ),
        (
            Document("string_utf16LE_no_BOM", [0x5B, 0x00, 0x22, 0x00, 0xE9, 0x00, 0x22, 0x00, 0x5D, 0x00]),
            .unexpectedByte
        ),
        (
            Document(
                "structure_500_nested_arrays",
                String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
            ), .tooDeep
        ),
        (Document("structure_UTF-8_BOM_empty_object", [0xEF, 0xBB, 0xBF, 0x7B, 0x7D]), .unexpectedByte),
    ]

    static let readByUs: [(Document, JSON)] = [
        (Document("number_double_huge_neg_exp", "[123.456e-789]"), [.number(0)]),
        (Document("number_real_underflow", "[123e-10000000]"), [.number(0)]),
        (
            Document("number_too_big_neg_int", "[-123123123123123123123123123123]"),
            [.number(-1.2312312312312312e29)]
        ),
        (Document("number_too_big_pos_int", "[100000000000000000000]"), [.number(1e20)]),
        (
            Document("number_very_big_negative_int", "[-237462374673276894279832749832423479823246327846]"),
            [.number(-2.3746237467327690e47)]
        ),
    ]
}
