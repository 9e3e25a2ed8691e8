import ATProtoSyntax
import HTTPTypes
import Synchronization
import Testing
import XRPC
import XRPCClient

/// Pages of a scripted server. `GetThing` has no cursor in its output; its text stands in for one.
@Suite struct XRPCPagesTests {
  struct Book: Sendable {
    /// The cursor in each page, in order.
    var cursors: [String]
    /// The cursors that were sent.
    var asked: [String?]
  }

  private func client(_ cursors: [String]) -> (XRPCClient, ScriptedTransport) {
    let rest = Mutex(cursors[...])
    let transport = ScriptedTransport { _, _ in
      let cursor = rest.withLock { $0.popFirst() }
      return cursor.map { .json(#"{"text":"\#($0)"}"#) }
        ?? .json(#"{"error":"Other"}"#, status: .badRequest)
    }
    return (XRPCClient(service: XRPCClientTests.service, transport: transport), transport)
  }

  private func asked(_ transport: ScriptedTransport) -> [String?] {
    transport.requests.map { request in
      (request.path ?? "").split(separator: "&").first { $0.hasPrefix("cursor=") }
        .map { String($0.dropFirst(7)) }
    }
  }

  @Test(
    arguments: [
      Book(cursors: ["a", "b", ""], asked: [nil, "a", "b"]),
      Book(cursors: [""], asked: [nil]),
      // A server that goes around in a circle.
      Book(cursors: ["a", "a"], asked: [nil, "a"]),
      Book(cursors: ["a", "b", "a"], asked: [nil, "a", "b"]),
    ]
  )
  func pagesFollowTheCursor(_ book: Book) async throws {
    let (client, transport) = client(book.cursors)
    var texts: [String] = []
    let pages = client.pages(
      Sample.GetThing.self,
      .init(actor: "a.example"),
      from: \.cursor,
      to: \.testCursor
    )
    for try await page in pages { texts.append(page.text) }
    #expect(texts == book.cursors)
    #expect(asked(transport) == book.asked)
  }

  @Test func itemsAreListedAcrossPages() async throws {
    let (client, transport) = client(["a", "bc", "ab", ""])
    let items = client.pages(
      Sample.GetThing.self,
      .init(actor: "a.example", cursor: "z"),
      from: \.cursor,
      to: \.testCursor
    )
    .items(\.testItems)
    var found: [Character] = []
    for try await item in items { found.append(item) }
    #expect(found == ["b", "c", "a", "b"])
    #expect(asked(transport) == ["z", "a", "bc", "ab"])
  }

  @Test func failureEndsThePages() async throws {
    let (client, _) = client(["a"])
    let pages = client.pages(
      Sample.GetThing.self,
      .init(actor: "a.example"),
      from: \.cursor,
      to: \.testCursor
    )
    var iterator = pages.makeAsyncIterator()
    let first = try await iterator.next()
    #expect(first?.text == "a")
    do throws(XRPCError<Sample.GetThing.Failure>) {
      _ = try await iterator.next()
      Issue.record("no failure")
    } catch {
      #expect(error.status == 400)
    }
    let last = try await iterator.next()
    #expect(last == nil)
  }
}

extension Sample.GetThing.Output {
  var testCursor: String? { text }
  /// Pages of one letter are empty.
  var testItems: [Character] { text.count > 1 ? Array(text) : [] }
}
