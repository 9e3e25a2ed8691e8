import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import HTTPTypes
import LexiconResolution
import Synchronization
import Testing

/// One run of a command: everything is asked for once, and not too much at the same time.
@Suite struct LexiconRunTests {
  static let nsids = (0..<6).map { try! NSID("com.example.n\($0)") }

  @Test("each authority, document, and record is asked for once")
  func everythingIsAskedForOnce() async throws {
    let network = TestNetwork(TestRepository(Self.nsids))
    let run = LexiconRun(network.resolver())
    try await withThrowingTaskGroup(of: Void.self) { group in
      for nsid in Self.nsids + Self.nsids + ["com.example.missing", "com.example.missing"] {
        group.addTask {
          do throws(LexiconError) {
            #expect(try await run.resolve(LexiconReference(nsid)).nsid == nsid)
          } catch {
            #expect(error.code == .recordNotFound && nsid == "com.example.missing")
          }
        }
      }
      try await group.waitForAll()
    }
    let did = try await run.authority(of: "com.example.n0").did
    _ = try await run.repository(of: did)
    // The DID of a URI leads to the same document and record.
    let uri = "at://\(did)/com.atproto.lexicon.schema/com.example.n0"
    _ = try await run.resolve(LexiconReference(uri))
    #expect(network.queries == [TestNetwork.domain])
    #expect(network.documentRequests.count == 1)
    #expect(network.recordRequests.count == Self.nsids.count + 1)
    #expect(Set(network.recordRequests).count == Self.nsids.count + 1)
  }

  @Test("failures are not asked for again")
  func failuresAreNotAskedForAgain() async {
    let network = TestNetwork()
    network.change { $0.dnsFailure = IdentityError(.timedOut, "silent") }
    let run = LexiconRun(network.resolver())
    for nsid in Self.nsids {
      let error = await #expect(throws: LexiconError.self) {
        try await run.resolve(LexiconReference(nsid))
      }
      #expect(error?.code == .dnsFailure && error?.nsid == nsid)
      #expect(error?.reason.hasPrefix("cannot resolve \(nsid): ") == true)
    }
    #expect(network.queries.count == 1)
  }

  @Test("the CID of a reference is compared without another request")
  func cidIsCompared() async throws {
    let network = TestNetwork()
    let run = LexiconRun(network.resolver())
    let cid = try await run.resolve(LexiconReference("com.example.note" as NSID)).cid
    _ = try await run.resolve(LexiconReference("com.example.note" as NSID, cid: cid))
    let other = TestRepository(["com.example.other"]).cid(of: "com.example.other")
    await #expect(throws: LexiconError(.cidMismatch, "")) {
      try await run.resolve(LexiconReference("com.example.note" as NSID, cid: other))
    }
    #expect(network.recordRequests.count == 1)
  }

  @Test("a group is listed once")
  func groupIsListedOnce() async throws {
    let network = TestNetwork()
    network.answer { url in
      url.contains("listRecords") ? LexiconNamesTests.page(["com.example.note"]) : nil
    }
    let run = LexiconRun(network.resolver())
    let group = try #require(LexiconGroup("com.example.*"))
    for _ in 0..<3 {
      let (did, names) = try await run.names(in: group)
      #expect(did == TestRepository.did && names == ["com.example.note"])
    }
    #expect(network.requests.filter { $0.contains("listRecords") }.count == 1)
  }

  /// Requests under way, by host.
  final class Traffic: Sendable {
    private let state = Mutex((now: [String: Int](), most: 0, mostOfHost: 0))

    var most: Int { state.withLock { $0.most } }
    var mostOfHost: Int { state.withLock { $0.mostOfHost } }

    func pass(_ host: String) async {
      state.withLock { state in
        state.now[host, default: 0] += 1
        state.most = max(state.most, state.now.values.reduce(0, +))
        state.mostOfHost = max(state.mostOfHost, state.now[host] ?? 0)
      }
      try? await Task.sleep(for: .milliseconds(20))
      state.withLock { $0.now[host, default: 0] -= 1 }
    }
  }

  @Test("at most 8 requests are under way, and 4 to a host")
  func requestsAreLimited() async throws {
    let traffic = Traffic()
    let network = TestNetwork()
    let repository = network.state.withLock { $0.repository }
    network.answer { url in
      let host = url.split(separator: "/")[1]
      await traffic.pass(String(host))
      // Each host has accounts of its own.
      if url.hasSuffix("did.json") {
        return HTTPTransportResponse(
          .ok,
          repository.didDocument(pds: "https://\(host)").replacing(
            repository.did.string,
            with: "did:web:\(host)"
          )
        )
      }
      return HTTPTransportResponse(.internalServerError, "")
    }
    let run = LexiconRun(network.resolver())
    await withTaskGroup(of: Void.self) { group in
      for host in 0..<5 {
        for number in 0..<12 {
          let did = try! DID("did:web:h\(host).example.com")
          let reference = LexiconReference(try! NSID("com.example.n\(number)"), did: did)
          group.addTask { _ = try? await run.resolve(reference) }
        }
      }
    }
    #expect(network.recordRequests.count == 60)
    #expect(traffic.most == 8 && traffic.mostOfHost == 4)
  }
}
