import Foundation
import LexiconTemplates
import Testing

@Suite("Documentation site")
struct SiteTests {
  private func page(_ nsid: String) throws -> String {
    try #require(try Site.files()["\(nsid).html"])
  }

  @Test("the site has a page for each document, the index, the style sheet, and the script")
  func pages() throws {
    #expect(
      try Site.files().keys.sorted() == [
        "com.example.notes.authBasic.html", "com.example.notes.defs.html",
        "com.example.notes.getNote.html", "com.example.notes.note.html",
        "com.example.notes.subscribeNotes.html", "index.html", "site.css", "site.js",
      ]
    )
  }

  @Test("text of schemas is escaped")
  func escaping() throws {
    for (name, text) in try Site.files() where name.hasSuffix(".html") {
      #expect(!text.contains("<script>alert"), "\(name)")
      #expect(!text.contains("</script>,"), "\(name)")
      // The script reads the index only up to the end of the element.
      let scripts = text.components(separatedBy: "<script").count - 1
      #expect(scripts == (name == "index.html" ? 2 : 1), "\(name)")
    }
    let text = try page("com.example.notes.note")
    #expect(
      text.contains("A note &lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot;.")
    )
    #expect(text.contains("<p>Second paragraph.</p>"))
  }

  /// U+0D4E before a bracket, and U+0301 after a quotation mark, make one `Character` of both.
  @Test("text of schemas is escaped below the level of characters")
  func escapingBelowCharacters() throws {
    let text =
      "x\u{0D4E}</script>\u{0D4E}<meta http-equiv=refresh> "
      + "\\\"\u{301} onclick=\\\"\u{301}x"
    let files = try Site.files([
      """
      {"lexicon":1,"id":"com.example.notes.defs","description":"\(text)",
      "defs":{"tag":{"type":"object","description":"\(text)","properties":{}}}}
      """
    ])
    for (name, text) in files where name.hasSuffix(".html") {
      let bytes = Array(text.utf8)
      #expect(!bytes.contains(Array("<meta http-equiv=refresh".utf8)), "\(name)")
      #expect(!bytes.contains(Array("\u{0D4E}<".utf8)), "\(name)")
      // In the JSON of the index, a quotation mark is behind a backslash.
      let marks = bytes.ranges(of: Array("\"\u{301}".utf8))
      #expect(
        marks.allSatisfy { bytes[$0.lowerBound - 1] == UInt8(ascii: "\\") },
        "\(name)"
      )
    }
  }

  @Test("text between backticks becomes code, and unmatched backticks are kept")
  func code() throws {
    let text = try page("com.example.notes.getNote")
    #expect(text.contains("<p>Gets a <code>note&lt;T&gt;</code>; `` and `this stay.</p>"))
    #expect(text.contains("content=\"Gets a note&lt;T&gt;; `` and `this stay.\""))
    let index = try #require(try Site.files()["index.html"])
    #expect(index.contains("Gets a note&lt;T&gt;; `` and `this stay."))
  }

  @Test("pages load nothing from other hosts, and have a content security policy")
  func policy() throws {
    for (name, text) in try Site.files() {
      #expect(!text.contains("://"), "\(name)")
      guard name.hasSuffix(".html") else { continue }
      #expect(text.contains("Content-Security-Policy\" content=\"default-src 'none'; "))
      #expect(!text.contains("unsafe") && !text.contains("style=\"") && !text.contains(" onclick"))
    }
  }

  @Test("definitions, fields, parameters, errors, and permissions have anchors")
  func anchors() throws {
    let note = Set(try page("com.example.notes.note").attributes("id"))
    for anchor in [
      "main", "main.text", "main.nested.in~20side", "main.list.deep", "tag.again", "happy",
    ] {
      #expect(note.contains(anchor), "\(anchor)")
    }
    let query = Set(try page("com.example.notes.getNote").attributes("id"))
    #expect(query.isSuperset(of: ["main.parameters.input", "main.output", "main.errors.NotFound"]))
    let set = Set(try page("com.example.notes.authBasic").attributes("id"))
    #expect(set.contains("main.permissions.1"))
  }

  @Test("types and constraints are described in words")
  func words() throws {
    let text = try page("com.example.notes.note")
    for expected in [
      "at most 300 graphemes", "at most 3000 bytes", "array of object",
      "TID (timestamp identifier)",
      "<span class=\"badge nullable\">nullable</span>",
      "<span class=\"badge deprecated\">deprecated</span>",
      "<a href=\"com.example.notes.defs.html#tag\">com.example.notes.defs#tag</a>",
      "<a href=\"com.example.notes.note.html#tag\">#tag</a>",
      "<a href=\"com.example.notes.note.html#happy\">com.example.notes.note#happy</a>",
    ] {
      #expect(text.contains(expected), "\(expected)")
    }
  }

  @Test("references are linked in both directions")
  func references() throws {
    let note = try page("com.example.notes.note")
    let users = try #require(note.components(separatedBy: "Used by").dropFirst().first)
    #expect(users.contains("<a href=\"com.example.notes.getNote.html\">com.example.notes.getNote"))
    let query = try page("com.example.notes.getNote")
    let uses = try #require(query.components(separatedBy: "Refers to").dropFirst().first)
    #expect(uses.contains("<a href=\"com.example.notes.note.html\">com.example.notes.note</a>"))
  }

  private func checkLinks(_ files: [String: String]) {
    let anchors = files.mapValues { Set($0.attributes("id")) }
    var count = 0
    for (name, text) in files where name.hasSuffix(".html") {
      let ids = text.attributes("id")
      #expect(ids.count == Set(ids).count, "\(name) has a duplicate identifier")
      for link in text.attributes("href") {
        let parts = link.split(separator: "#", omittingEmptySubsequences: false).map(String.init)
        let target = parts[0].isEmpty ? name : parts[0]
        #expect(files[target] != nil, "\(name): \(link)")
        if parts.count == 2 {
          #expect(anchors[target]?.contains(parts[1]) == true, "\(name): \(link)")
        }
        count += 1
      }
    }
    #expect(count > files.count)
  }

  @Test("all links of a small site have a target")
  func smallLinks() throws {
    checkLinks(try Site.files())
  }

  @Test("all links of the site of Lexicons/ have a target")
  func projectLinks() throws {
    let files = try Site.ofProject()
    checkLinks(Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0.content) }))
  }

  @Test("heading levels are in order, and each page has one of the first level")
  func headings() throws {
    for (name, text) in try Site.files() where name.hasSuffix(".html") {
      let levels = text.components(separatedBy: "<h").dropFirst()
        .compactMap { Int($0.prefix(1)) }
      #expect(levels.first == 1 && levels.count { $0 == 1 } == 1, "\(name)")
      for (level, next) in zip(levels, levels.dropFirst()) { #expect(next <= level + 1, "\(name)") }
      for landmark in ["<header", "<main", "<nav"] { #expect(text.contains(landmark)) }
      #expect(text.contains("<html lang="))
    }
  }

  @Test("the same documents produce the same bytes, regardless of their order")
  func deterministic() throws {
    #expect(try Site.files() == Site.files(Site.documents.reversed()))
  }
}
