import Lexicon
import Testing

@Suite("Deprecation")
struct DeprecationTests {
  @Test(
    "A description that calls the thing itself deprecated is recognized, with its advice",
    arguments: [
      ("Deprecated", ""), ("DEPRECATED", ""), ("deprecated.", ""),
      ("Deprecated: use 'q' instead.", "use 'q' instead"),
      (
        "DEPRECATED: just use com.atproto.sync.requestCrawl",
        "just use com.atproto.sync.requestCrawl"
      ),
      ("DEPRECATED -- unused", "unused"),
      ("DEPRECATED, unused. Previously: if true, a lot.", "unused"),
      ("Deprecated. Use app.bsky.richtext instead.", "Use app.bsky.richtext instead"),
      ("Deprecated. A text segment.", ""),
      ("(Deprecated) Prefer `facets`.", "Prefer `facets`"),
      ("[DEPRECATED] use facets", "use facets"),
      ("**Deprecated**: see `q`.", "see `q`"),
      ("`deprecated` since v2", "since v2"),
      ("Deprecated since v2. Use v3.", "since v2"),
      ("The words to look for. Deprecated: use 'q' instead.", "use 'q' instead"),
      ("The words to look for.\nDEPRECATED", ""),
      ("This is deprecated.", ""), ("This field is deprecated.", ""),
      ("This field is now deprecated; use 'q'.", "use 'q'"),
      ("This record has been deprecated. Use com.example.note.", "Use com.example.note"),
      ("The method was deprecated in favor of getNotes.", "in favor of getNotes"),
      ("It is officially deprecated.", ""),
      ("The endpoint is deprecated. See com.example.getNotes.", "See com.example.getNotes"),
      ("An old note, deprecated", ""), ("An old note — deprecated.", ""),
      ("An old note - Deprecated", ""),
      ("DEPRECATED: replaced by com.example.note.", "replaced by com.example.note"),
    ]
  )
  func deprecationIsRecognized(_ text: String, _ reason: String) {
    #expect(Deprecation.reason(in: text) == reason)
  }

  @Test(
    "A description that only mentions deprecation is not",
    arguments: [
      nil, "", "A note.", "No longer deprecated.", "This field is not deprecated.",
      "The cursor parameter is deprecated.", "Lists deprecated features.",
      "Returns what is deprecated.", "Deprecatedly slow.", "The users are deprecated.",
      "Whether the record is deprecated.", "Deprecation date.", "This lists deprecated records.",
      "Not deprecated",
    ]
  )
  func mentionIsNotDeprecation(_ text: String?) {
    #expect(Deprecation.reason(in: text) == nil)
  }
}
