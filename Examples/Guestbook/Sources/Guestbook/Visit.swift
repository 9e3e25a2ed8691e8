import ATProtoData
import ATProtoSyntax
import XRPC

/// The client: three visitors sign over HTTP, and one reads the guestbook.
struct Visit {
  typealias Entry = ComExample.Guestbook.Entry

  /// A failed check.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  let client: any XRPCCalling

  func run() async throws {
    try await signs()
    try await isRefusedTheSecondTime()
    try await isRefusedWithTooLongAText()
    try await reads()
  }

  private static let visitors: [(did: FormatString<DID>, entry: Entry)] = [
    (
      "did:plc:4qkkrhyrg4jcqqgzwg5xjbge",
      Entry(
        text: "What a view!",
        mood: .happy,
        decoration: .sticker(.init(name: .lighthouse)),
        createdAt: "2026-05-01T10:15:00.000Z"
      )
    ),
    (
      "did:plc:x3ubnbmrvjnjmghbhk5apkyq",
      Entry(
        text: "Grüße von der Küste",
        decoration: .place(.init(name: "Büsum", country: "DE")),
        createdAt: "2026-05-02T08:00:00.000Z"
      )
    ),
    (
      // Moods that are not in the lexicon are allowed.
      "did:plc:nv2ew7tfoyknc4apd2r75jgs",
      Entry(text: "Is it open in winter?", mood: "cold", createdAt: "2026-05-03T17:30:00.000Z")
    ),
  ]

  private func signs() async throws {
    for (index, visitor) in Self.visitors.enumerated() {
      let output = try await client.comExample.guestbook.sign(
        .init(author: visitor.did, entry: visitor.entry)
      )
      try check(output.position == index + 1, "line \(index + 1) of the book")
      print("signed line \(output.position): \(visitor.entry.text)")
    }
  }

  private func isRefusedTheSecondTime() async throws {
    let visitor = Self.visitors[0]
    do {
      _ = try await client.comExample.guestbook.sign(
        .init(author: visitor.did, entry: visitor.entry)
      )
      throw Failure(description: "the second signature was accepted")
    } catch XRPCError<ComExample.Guestbook.Sign.Failure>.failure(
      .alreadySigned(let message),
      let status
    ) {
      try check(status == 400, "status 400 for a failure that the lexicon declares")
      print("rejected: \(message ?? "without a message")")
    }
  }

  private func isRefusedWithTooLongAText() async throws {
    let entry = Entry(text: String(repeating: "ha", count: 200), createdAt: "2026-05-04T00:00:00Z")
    // The client can validate the input before the call.
    try check(entry.validate().map(\.path) == ["text"], "one violation, of the text")
    do {
      _ = try await client.comExample.guestbook.sign(
        .init(author: "did:plc:oisofpd7lj26yvgiivf3lxsi", entry: entry)
      )
      throw Failure(description: "a text of 400 graphemes was accepted")
    } catch XRPCError<ComExample.Guestbook.Sign.Failure>.failure(.unknown(let error), _) {
      try check(error.name == "InvalidRequest", "InvalidRequest, not \(error.name)")
      print("refused: \(error.message ?? "without a message")")
    }
  }

  private func reads() async throws {
    var entries: [ComExample.Guestbook.Defs.EntryView] = []
    var cursor: String?
    repeat {
      let page = try await client.comExample.guestbook.listEntries(
        .init(limit: 2, cursor: cursor)
      )
      entries += page.entries
      cursor = page.cursor
      print("read a page of \(page.entries.count)")
    } while cursor != nil
    try check(
      entries.map(\.entry) == Self.visitors.map(\.entry),
      "the entries as they were written"
    )
    for line in entries {
      print("\(line.position). \(line.entry.text)\(decoration(of: line.entry))")
    }
  }

  private func decoration(of entry: Entry) -> String {
    switch entry.decoration {
    case .sticker(let sticker): " [\(sticker.name)]"
    case .place(let place): " (from \(place.name))"
    case .unknown: " [something newer than this program]"
    case nil: ""
    }
  }

  private func check(_ holds: Bool, _ expectation: String) throws(Failure) {
    guard holds else { throw Failure(description: "expected \(expectation)") }
  }
}
