import ATProtoHTTP
import ATProtoSyntax
import TestSupport
import Testing

@testable import ATProtoIdentity

/// Messages of name servers, without sockets.
@Suite struct DNSAnswerTests {
  typealias Fixture = DNSMessageFixture

  static let name = "_lexicon.example.com"
  static let query = DNSQuery(textsOf: name)!

  static func read(
    _ change: (inout Fixture) -> Void
  ) throws(DNSAnswer.Fault) -> [TXTRecord] {
    var message = Fixture(answering: query.message)
    change(&message)
    return try DNSAnswer(message.bytes, to: query).records
  }

  static func texts(_ change: (inout Fixture) -> Void) throws(DNSAnswer.Fault) -> [String?] {
    try read(change).map(\.text)
  }

  @Test("a query asks one question, for TXT records of class IN")
  func queryHasOneQuestion() {
    let message = Self.query.message
    #expect(Array(message[2..<12]) == [0x01, 0, 0, 1, 0, 0, 0, 0, 0, 0])
    #expect(Array(message[12...]) == Fixture.name(Self.name) + [0, 16, 0, 1])
    #expect(DNSQuery(textsOf: "Example.COM")?.name == DNSQuery(textsOf: "example.com")?.name)
  }

  @Test(
    "names with an empty or long label, or of more than 253 bytes, are not asked for",
    arguments: [
      ("", false), (".", false), ("a..b", false), ("a.b.", false),
      (String(repeating: "a", count: 63), true), (String(repeating: "a", count: 64), false),
      (String(repeating: "a.", count: 126) + "a", true),
      (String(repeating: "a.", count: 127) + "a", false),
    ]
  )
  func namesAreChecked(_ text: String, _ isValid: Bool) {
    #expect((DNSName(text) != nil) == isValid)
  }

  @Test("the strings of a record are joined without anything between them")
  func stringsAreJoined() throws {
    #expect(try Self.texts { $0.addText(["did=did:plc:", "", "abc"]) } == ["did=did:plc:abc"])
    let records = try Self.read { $0.add(Fixture.txt, [2, 0xFF, 0xFE]) }
    #expect(records == [TXTRecord(bytes: [0xFF, 0xFE], timeToLive: .seconds(300))])
    #expect(records[0].text == nil)
  }

  @Test("records of other names, types, and classes do not count")
  func otherRecordsDoNotCount() throws {
    let texts = try Self.texts {
      $0.addText(["other name"], name: Fixture.name("_lexicon.example.org"))
      $0.addText(["parent"], name: Fixture.name("example.com"))
      $0.addText(["class"], recordClass: 3)
      $0.add(1, [127, 0, 0, 1])
      $0.addText(["right"], name: Fixture.name("_LEXICON.Example.Com"))
    }
    #expect(texts == ["right"])
  }

  @Test("a chain of 16 aliases is followed, and not a longer one", arguments: [1, 2, 16, 17, 40])
  func aliasesAreFollowed(_ count: Int) throws {
    let records = try Self.read {
      // In reverse order, which servers may use.
      $0.addText(["end"], name: Fixture.name("n\(count).example"), seconds: 500)
      for number in (0..<count).reversed() {
        $0.add(
          Fixture.cname,
          Fixture.name("n\(number + 1).example"),
          name: number == 0 ? Fixture.askedName : Fixture.name("n\(number).example"),
          seconds: UInt32(100 + number)
        )
      }
    }
    // The shortest time to live of the chain.
    let expected = [TXTRecord("end", timeToLive: .seconds(100))]
    #expect(records == (count <= 16 ? expected : []))
  }

  @Test("aliases in a circle end")
  func circlesEnd() throws {
    let texts = try Self.texts {
      $0.add(Fixture.cname, Fixture.name("a.example"))
      $0.add(Fixture.cname, Fixture.name(Self.name), name: Fixture.name("a.example"))
      $0.addText(["text"], name: Fixture.name("a.example"))
      $0.addText(["other"], name: Fixture.name("b.example"))
    }
    #expect(texts == ["text"])
  }

  @Test("the time to live is the record's, and zero if its first bit is set")
  func timeToLiveIsRead() throws {
    let records = try Self.read {
      $0.addText(["a"], seconds: 60)
      $0.addText(["b"], seconds: 0x8000_0001)
    }
    #expect(records.map(\.timeToLive) == [.seconds(60), .zero])
  }

  @Test("a name that does not exist, and one without TXT records, have none")
  func missingNamesHaveNoRecords() throws {
    #expect(try Self.read { $0.flags = 0x8183 } == [])
    #expect(try Self.read { _ in } == [])
  }

  @Test("only answers with the id and question of the query count")
  func unrelatedMessagesAreIgnored() {
    let changes: [(inout Fixture) -> Void] = [
      { $0.id[0] ^= 1 },
      { $0.flags = 0x0180 },
      { $0.flags = 0x8980 },
      { $0.questionCount = 0 },
      { $0.questionCount = 2 },
      { $0.question = Fixture.name("_lexicon.example.org") + [0, 16, 0, 1] },
      { $0.question = Fixture.name(Self.name) + [0, 1, 0, 1] },
      { $0.question = Fixture.name(Self.name) + [0, 16, 0, 3] },
      { $0.question = [0xC0, 12] },
    ]
    for (index, change) in changes.enumerated() {
      #expect(throws: DNSAnswer.Fault.unrelated, "\(index)") {
        try Self.read {
          $0.addText(["wrong"])
          change(&$0)
        }
      }
    }
    for count in 0..<Self.query.message.count {
      #expect(throws: DNSAnswer.Fault.unrelated) {
        try DNSAnswer(Array(Fixture(answering: Self.query.message).bytes[..<count]), to: Self.query)
      }
    }
  }

  @Test("a failure of the server is not an answer", arguments: [1, 2, 4, 5, 15] as [UInt16])
  func failuresAreReported(_ code: UInt16) {
    do {
      _ = try Self.read {
        $0.addText(["text"])
        $0.flags |= code
      }
      Issue.record("an answer")
    } catch {
      guard case .refused = error else {
        Issue.record("\(error)")
        return
      }
    }
  }

  @Test("a cut answer is never used")
  func cutAnswersAreNotUsed() {
    #expect(throws: DNSAnswer.Fault.truncated) {
      try Self.read {
        $0.addText(["text"])
        $0.flags |= 0x0200
      }
    }
  }

  @Test("malformed records are refused")
  func malformedRecordsAreRefused() {
    let changes: [(inout Fixture) -> Void] = [
      // A string, a record, and a section that end early.
      { $0.add(Fixture.txt, [5, 1]) },
      { $0.add(Fixture.txt, [1, 65], length: 200) },
      { $0.answerCount = 2 },
      { $0.answerCount = 65_535 },
      // A record without a string.
      { $0.add(Fixture.txt, []) },
      // Pointers that lead to themselves, forward, and in a circle; labels of other kinds.
      { $0.add(Fixture.txt, [1, 65], name: [0xC0, UInt8($0.bytes.count)]) },
      { $0.add(Fixture.txt, [1, 65], name: [0xFF, 0xFF]) },
      { $0.add(Fixture.txt, [1, 65], name: [1, 97, 0xC0, UInt8($0.bytes.count)]) },
      { $0.add(Fixture.txt, [1, 65], name: [0x40, 0]) },
      { $0.add(Fixture.txt, [1, 65], name: [0x80, 0]) },
      // A name of more than 255 bytes.
      { $0.add(Fixture.txt, [1, 65], name: Fixture.name(String(repeating: "a.", count: 128))) },
      // Aliases: an incomplete name, bytes after it, and two for one name.
      { $0.add(Fixture.cname, [3, 97]) },
      { $0.add(Fixture.cname, [1, 97, 0, 0]) },
      {
        $0.add(Fixture.cname, Fixture.name("a.example"))
        $0.add(Fixture.cname, Fixture.name("b.example"))
      },
    ]
    for (index, change) in changes.enumerated() {
      #expect(throws: DNSAnswer.Fault.malformed, "\(index)") {
        try Self.read {
          $0.addText(["right"])
          change(&$0)
        }
      }
    }
  }

  @Test("an answer of 64 KiB is read")
  func longAnswersAreRead() throws {
    var message = Fixture(answering: Self.query.message)
    while message.bytes.count < 65_000 { message.addText([String(repeating: "x", count: 250)]) }
    #expect(try DNSAnswer(message.bytes, to: Self.query).records.count > 240)
  }

  @Test("any change of a message, and any bytes, are read or refused")
  func changedMessagesAreReadOrRefused() {
    var message = Fixture(answering: Self.query.message)
    message.add(Fixture.cname, Fixture.name("a.example"))
    message.addText(["did=did:plc:abc", "more"], name: Fixture.name("a.example"))
    let bytes = message.bytes
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        changed[Int.random(in: 2..<changed.count, using: &generator)] = .random(in: 0...255)
      }
      if Bool.random() { changed.removeLast(Int.random(in: 0..<changed.count)) }
      _ = try? DNSAnswer(changed, to: Self.query)
    }
    for _ in 0..<2000 {
      let random = (0..<Int.random(in: 0...600)).map { _ in UInt8.random(in: 0...255) }
      _ = try? DNSAnswer(Array(bytes.prefix(12 + message.question.count)) + random, to: Self.query)
    }
  }

  @Test("name servers are read from the system's configuration")
  func systemServersAreRead() throws {
    let servers = NameServerList.servers(
      in: """
        # nameserver 9.9.9.9
        search example.com
        nameserver 192.0.2.1
        nameserver\t2001:db8::1
        nameserver fe80::1%eth0
        nameserver
        nameserver words
        nameserver 192.0.2.2 # comment
        nameserver 192.0.2.3
        """
    )
    #expect(servers.map(\.address.description) == ["192.0.2.1", "2001:db8::1", "192.0.2.2"])
    #expect(servers.allSatisfy { $0.port == 53 })
    #expect(NameServerList.servers(in: "").map(\.address.description) == ["127.0.0.1"])
  }
}
