import ATProtoIdentity
import ATProtoSyntax
import TestSupport
import Testing

/// A name server that lies, over sockets.
@Suite struct HostileNameServerTests {
  typealias Fixture = DNSMessageFixture

  static let name = "_lexicon.example.com"

  static func texts(
    _ server: HostileNameServer,
    within limit: Duration = .seconds(20)
  ) async throws(IdentityError) -> [String] {
    try await SystemTXTResolver(server: SystemTXTResolver.Server("127.0.0.1:\(server.port)"))
      .texts(of: name, within: limit)
  }

  @Test("one question is asked, and the answer is used")
  func oneQuestionIsAsked() async throws {
    let server = try HostileNameServer(datagrams: { query in
      [.send(Fixture(answering: query, texts: ["a", "b"]).bytes)]
    })
    #expect(try await Self.texts(server) == ["a", "b"])
    #expect(server.datagrams.count == 1 && server.streams.isEmpty)
    #expect(
      server.datagrams[0].dropFirst(12).elementsEqual(Fixture.name(Self.name) + [0, 16, 0, 1])
    )
  }

  @Test("datagrams with another id or question, and garbage, are passed over")
  func unrelatedDatagramsArePassedOver() async throws {
    let server = try HostileNameServer(datagrams: { query in
      var wrong = Fixture(answering: query, texts: ["wrong"])
      wrong.id[1] ^= 0x55
      var other = Fixture(answering: query, texts: ["other"])
      other.question = Fixture.name("_lexicon.example.org") + [0, 16, 0, 1]
      return [
        .send(wrong.bytes), .send(other.bytes), .send([0]), .send(query),
        .send([UInt8](repeating: 0xFF, count: 700)),
        .send(Fixture(answering: query, texts: ["right"]).bytes),
      ]
    })
    #expect(try await Self.texts(server) == ["right"])
  }

  @Test("a lost datagram is sent again")
  func lostDatagramIsSentAgain() async throws {
    let server = try HostileNameServer(datagrams: { query in
      // The second query has the id of the first.
      query.isEmpty ? [] : [.pause(1.2), .send(Fixture(answering: query, texts: ["late"]).bytes)]
    })
    #expect(try await Self.texts(server) == ["late"])
  }

  @Test("a cut answer is asked for again over TCP, and never used")
  func cutAnswerIsAskedForOverTCP() async throws {
    let server = try HostileNameServer(
      datagrams: { query in
        var cut = Fixture(answering: query, texts: ["cut"])
        cut.flags |= 0x0200
        return [.send(cut.bytes)]
      },
      stream: { query in
        let framed = Fixture(answering: query, texts: ["whole"]).framed
        return [.send(Array(framed[..<1])), .pause(0.05), .send(Array(framed[1...]))]
      }
    )
    #expect(try await Self.texts(server) == ["whole"])
    #expect(server.streams == server.datagrams)
  }

  @Test("an answer of 64 KiB over TCP ends soon")
  func longAnswerEndsSoon() async throws {
    let server = try HostileNameServer(
      datagrams: { query in
        var cut = Fixture(answering: query)
        cut.flags |= 0x0200
        return [.send(cut.bytes)]
      },
      stream: { query in
        var answer = Fixture(answering: query)
        while answer.bytes.count < 65_200 {
          answer.addText([String(repeating: "x", count: 250)])
        }
        return [.send(answer.framed)]
      }
    )
    #expect(try await Self.texts(server).count > 240)
  }

  @Test("a failed TCP connection is not an answer", arguments: 0..<5)
  func failedStreamsAreNotAnswers(_ number: Int) async throws {
    let server = try HostileNameServer(
      datagrams: { query in
        var cut = Fixture(answering: query, texts: ["cut"])
        cut.flags |= 0x0200
        return [.send(cut.bytes)]
      },
      stream: { query in
        var answer = Fixture(answering: query, texts: ["wrong"])
        switch number {
        case 0: return []
        case 1: return [.send(Array(answer.framed.dropLast()))]
        case 2: answer.id[0] ^= 1
        case 3: answer.flags |= 0x0200
        default: return [.send([0, 0])]
        }
        return [.send(answer.framed)]
      }
    )
    await #expect(throws: IdentityError(.unreachable, "")) { try await Self.texts(server) }
  }

  @Test(
    "failures and malformed answers are transient, and end at once",
    arguments: [2, 5, 4, 0] as [UInt16]
  )
  func failuresAreTransient(_ code: UInt16) async throws {
    let server = try HostileNameServer(datagrams: { query in
      var answer = Fixture(answering: query, texts: ["text"])
      answer.flags |= code
      if code == 0 { answer.answerCount = 9 }
      return [.send(answer.bytes)]
    })
    let error = await #expect(throws: IdentityError.self) {
      try await Self.texts(server, within: .seconds(60))
    }
    #expect(error?.code == .unreachable && error?.isTransient == true)
    #expect(server.datagrams.count == 1)
  }

  @Test("a silent server, and a TCP connection that trickles, end at the limit")
  func silenceEndsAtTheLimit() async throws {
    let silent = try HostileNameServer(datagrams: { _ in [] })
    await #expect(throws: IdentityError(.timedOut, "")) {
      try await Self.texts(silent, within: .milliseconds(1300))
    }
    #expect(silent.datagrams.count == 2)
    let slow = try HostileNameServer(
      datagrams: { query in
        var cut = Fixture(answering: query)
        cut.flags |= 0x0200
        return [.send(cut.bytes)]
      },
      stream: { query in
        [.send([0xFF, 0xFF])] + (0..<600).flatMap { _ in [.send([0]), .pause(0.1)] }
      }
    )
    await #expect(throws: IdentityError(.timedOut, "")) {
      try await Self.texts(slow, within: .milliseconds(500))
    }
  }

  @Test("a port without a name server is reported at once")
  func missingServerIsReported() async throws {
    let port = try NameServer.freePort()
    let resolver = SystemTXTResolver(server: SystemTXTResolver.Server("127.0.0.1:\(port)"))
    let error = await #expect(throws: IdentityError.self) {
      try await resolver.texts(of: Self.name, within: .seconds(60))
    }
    #expect(error?.code == .unreachable)
  }
}
