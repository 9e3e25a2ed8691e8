import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes
import LexiconResolution
import Testing

/// Lists of the documents of a group.
@Suite struct LexiconNamesTests {
  static func page(_ keys: [String], cursor: String? = nil) -> HTTPTransportResponse {
    var page: DataValue = [
      "records": .array(
        keys.map {
          ["uri": .string("at://did:plc:a/com.atproto.lexicon.schema/\($0)"), "value": [:]]
        }
      )
    ]
    page["cursor"] = cursor.map { .string($0) }
    return HTTPTransportResponse(
      head: HTTPResponse(status: .ok),
      body: page.jsonBytes()
    )
  }

  static func names(_ network: TestNetwork) async throws(LexiconError) -> [String] {
    let group = LexiconGroup("com.example.*")!
    return try await network.resolver().names(in: group).names.map(\.string)
  }

  @Test("the names of exactly the group are listed, sorted")
  func namesOfTheGroupAreListed() async throws {
    let network = TestNetwork()
    network.answer { url in
      guard url.contains("listRecords") else { return nil }
      return Self.page([
        "com.example.zeta", "com.example.alpha", "com.example.Beta", "com.example.sub.note",
        "com.examples.note", "org.example.note", "self", "3jzfcijpj2z2a", "COM.example.upper",
        "com.example.alpha",
      ])
    }
    #expect(
      try await Self.names(network) == [
        "com.example.Beta", "com.example.alpha", "com.example.zeta",
      ]
    )
    #expect(
      network.requests.last
        == "https://pds.example.com/xrpc/com.atproto.repo.listRecords?repo=\(TestRepository.did)"
        + "&collection=com.atproto.lexicon.schema&limit=100"
    )
  }

  @Test("records of other collections, and malformed ones, are passed over")
  func otherRecordsArePassedOver() async throws {
    let network = TestNetwork()
    let body = """
      {"records":[{"uri":"at://did:plc:a/com.example.other/com.example.a"},{"uri":"x"},{"uri":1},{},
      5,null,{"uri":"at://did:plc:a/com.atproto.lexicon.schema"},
      {"uri":"at://did:plc:a/com.atproto.lexicon.schema/com.example.note"}]}
      """
    network.answer { url in
      url.contains("listRecords") ? HTTPTransportResponse(.ok, body) : nil
    }
    #expect(try await Self.names(network) == ["com.example.note"])
  }

  @Test("pages are followed, and a repeated cursor ends them")
  func pagesAreFollowed() async throws {
    let network = TestNetwork()
    network.answer { url in
      guard url.contains("listRecords") else { return nil }
      switch url.components(after: "&cursor=") {
      case nil: return Self.page(["com.example.a"], cursor: "1 &x=%")
      case "1%20%26x%3D%25": return Self.page(["com.example.b"], cursor: "2")
      case "2": return Self.page(["com.example.c"], cursor: "1 &x=%")
      default: return HTTPTransportResponse(.internalServerError, "")
      }
    }
    #expect(try await Self.names(network) == ["com.example.a", "com.example.b", "com.example.c"])
    #expect(network.requests.filter { $0.contains("listRecords") }.count == 3)
  }

  @Test("an empty page ends the list, and an endless list is refused")
  func endlessListsEnd() async throws {
    let network = TestNetwork()
    network.answer { url in
      url.contains("listRecords")
        ? Self.page([], cursor: url.components(after: "&cursor=") ?? "a") : nil
    }
    #expect(try await Self.names(network) == [])
    network.answer { url in
      guard url.contains("listRecords") else { return nil }
      let number = url.components(after: "&cursor=").flatMap(Int.init) ?? 0
      return Self.page(["com.example.n\(number)"], cursor: "\(number + 1)")
    }
    await #expect(throws: LexiconError(.tooMany, "")) { try await Self.names(network) }
  }

  @Test(
    "a failing list is reported",
    arguments: [
      (400, "", .repoUnavailable), (500, "", .fetchFailed), (200, "[]", .repoUnavailable),
      (200, "{", .repoUnavailable), (200, #"{"records":5}"#, .repoUnavailable),
    ] as [(Int, String, LexiconError.Code)]
  )
  func failingListIsReported(_ status: Int, _ body: String, _ code: LexiconError.Code) async {
    let network = TestNetwork()
    network.answer { url in
      url.contains("listRecords")
        ? HTTPTransportResponse(HTTPResponse.Status(code: status), body) : nil
    }
    await #expect(throws: LexiconError(code, "")) { try await Self.names(network) }
  }
}
