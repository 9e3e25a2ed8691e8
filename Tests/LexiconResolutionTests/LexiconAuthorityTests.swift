import ATProtoIdentity
import ATProtoSyntax
import LexiconResolution
import Testing

/// Domain authorities: which names are looked up, and what their TXT records mean.
@Suite struct LexiconAuthorityTests {
  static let did = TestRepository.did.string
  static let other = "did:web:other.example.org"

  @Test(
    "one name is looked up: that of the whole authority, reversed, in lowercase",
    arguments: [
      ("com.example.note", "_lexicon.example.com"),
      ("com.example.sub.deep.note", "_lexicon.deep.sub.example.com"),
      ("COM.Example.fooBar", "_lexicon.example.com"),
    ]
  )
  func wholeAuthorityIsLookedUp(_ nsid: String, _ name: String) async throws {
    let network = TestNetwork()
    network.change { $0.records = [name: [TXTRecord("did=\(Self.did)")]] }
    let authority = try await network.resolver().authority(of: LexiconReference(nsid).nsid)
    #expect(authority.did.string == Self.did)
    #expect(authority.timeToLive == .seconds(3600))
    #expect(network.queries == [name])
  }

  @Test("neither a parent nor a child is looked up")
  func resolutionIsNotHierarchical() async {
    let network = TestNetwork()
    network.change { state in
      state.records["_lexicon.com"] = [TXTRecord("did=\(Self.did)")]
      state.records["_lexicon.a.sub.example.com"] = [TXTRecord("did=\(Self.did)")]
    }
    await #expect(throws: LexiconError(.authorityNotFound, "")) {
      try await network.resolver().authority(of: "com.example.sub.note")
    }
    #expect(network.queries == ["_lexicon.sub.example.com"])
  }

  @Test("a name of more than 253 bytes is not looked up")
  func longNamesAreNotLookedUp() async throws {
    let network = TestNetwork()
    let label = String(repeating: "a", count: 60)
    // The authority has 4 + 4 * 61 - 4 = 244 bytes, and 9 for `_lexicon.` fit.
    for (last, isAsked) in [(57, true), (58, false), (63, false)] {
      let nsid = try NSID(
        "com.\(label).\(label).\(label).\(String(repeating: "b", count: last)).note"
      )
      let before = network.queries.count
      await #expect(throws: LexiconError(.authorityNotFound, "")) {
        try await network.resolver().authority(of: nsid)
      }
      #expect(network.queries.count == before + (isAsked ? 1 : 0), "\(last)")
    }
    // An authority that is not even a host name.
    let long = "com" + String(repeating: ".\(label)", count: 4) + ".bbbb.note"
    await #expect(throws: LexiconError(.authorityNotFound, "")) {
      try await network.resolver().authority(of: NSID(long))
    }
  }

  @Test(
    "reserved top-level domains are not looked up",
    arguments: ["alt", "arpa", "example", "internal", "invalid", "local", "localhost", "onion"]
  )
  func reservedDomainsAreNotLookedUp(_ domain: String) async throws {
    let network = TestNetwork()
    for allowsLoopback in [false, true] {
      let resolver = network.resolver(LexiconNetworkSettings(allowsLoopback: allowsLoopback))
      await #expect(throws: LexiconError(.reservedDomain, "")) {
        try await resolver.authority(of: NSID("\(domain).company.note"))
      }
    }
    #expect(network.queries.isEmpty)
  }

  @Test(".test domains are looked up in development only")
  func testDomainsAreForDevelopment() async throws {
    let network = TestNetwork()
    network.change { $0.records["_lexicon.company.test"] = [TXTRecord("did=\(Self.did)")] }
    await #expect(throws: LexiconError(.reservedDomain, "")) {
      try await network.resolver().authority(of: "test.company.note")
    }
    let resolver = network.resolver(LexiconNetworkSettings(allowsLoopback: true))
    #expect(try await resolver.authority(of: "test.company.note").did.string == Self.did)
  }

  /// TXT records, and the DID or the error.
  static let cases: [([String], String?, LexiconError.Code?)] = [
    (["did=\(did)"], did, nil),
    (["did=\(other)"], other, nil),
    (["v=spf1", "did=\(did)", "DID=\(other)", " did=\(other)", "did: x", "xdid=y"], did, nil),
    (["did=\(did)", "did=\(did)"], did, nil),
    ([], nil, .authorityNotFound),
    (["DID=\(did)", "Did=\(did)", " did=\(did)", "did", "did:plc:x", ""], nil, .authorityNotFound),
    (["did=\(did)", "did=\(other)"], nil, .authorityAmbiguous),
    (["did=\(did)", "did="], nil, .authorityAmbiguous),
    (["did=nonsense", "did=\(did)"], nil, .authorityAmbiguous),
    (["did=\(did)", "did=\(did) "], nil, .authorityAmbiguous),
    (["did="], nil, .authorityMalformed),
    (["did= \(did)"], nil, .authorityMalformed),
    (["did=\(did) "], nil, .authorityMalformed),
    (["did=\(did)\u{0}"], nil, .authorityMalformed),
    (["did=alice.example.com"], nil, .authorityMalformed),
    (["did=did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme"], nil, .authorityMalformed),
    (["did=did:plc:short"], nil, .authorityMalformed),
    (["did=did:plc:AAAAAAAAAAAAAAAAAAAAAAAA"], nil, .authorityMalformed),
    (["did=DID:plc:aaaaaaaaaaaaaaaaaaaaaaaa"], nil, .authorityMalformed),
  ]

  @Test("the records decide, or leave it open", arguments: cases)
  func recordsDecide(_ texts: [String], _ did: String?, _ code: LexiconError.Code?) async {
    let network = TestNetwork()
    network.change { $0.records[TestNetwork.domain] = texts.map { TXTRecord($0) } }
    do throws(LexiconError) {
      #expect(try await network.resolver().authority(of: "com.example.note").did.string == did)
    } catch {
      #expect(error.code == code && !error.isTemporary && error.exitCode == 1)
      #expect(error.nsid == "com.example.note")
    }
    #expect(network.requests.isEmpty)
  }

  @Test("a record that is not UTF-8 counts as a value")
  func bytesCountAsValue() async {
    let network = TestNetwork()
    let bytes = TXTRecord(bytes: Array("did=".utf8) + [0xFF], timeToLive: .seconds(1))
    network.change { $0.records[TestNetwork.domain] = [bytes] }
    await #expect(throws: LexiconError(.authorityMalformed, "")) { try await network.resolve() }
    network.change { $0.records[TestNetwork.domain]?.append(TXTRecord("did=\(Self.did)")) }
    await #expect(throws: LexiconError(.authorityAmbiguous, "")) { try await network.resolve() }
  }

  @Test(
    "a failure of the name servers is temporary",
    arguments: [IdentityError.Code.timedOut, .unreachable, .cancelled]
  )
  func dnsFailureIsTemporary(_ code: IdentityError.Code) async {
    let network = TestNetwork()
    network.change { $0.dnsFailure = IdentityError(code, "192.0.2.1 is silent") }
    let error = await #expect(throws: LexiconError.self) { try await network.resolve() }
    #expect(error?.code == .dnsFailure && error?.isTemporary == true && error?.exitCode == 3)
    #expect(error?.reason.contains("192.0.2.1") == false)
    #expect(error?.description.contains("192.0.2.1") == true)
  }

  @Test("an override replaces the look-up of exactly its domain")
  func overrideIsForItsDomain() async throws {
    let network = TestNetwork()
    var settings = LexiconNetworkSettings()
    try settings.addAuthorities("Example.COM=\(Self.other),example.test=\(Self.did)")
    let resolver = network.resolver(settings)
    let authority = try await resolver.authority(of: "com.example.note")
    #expect(authority == LexiconAuthority(did: try DID(Self.other)))
    // Reserved domains, too.
    #expect(try await resolver.authority(of: "test.example.note").did.string == Self.did)
    #expect(network.queries.isEmpty)
    await #expect(throws: LexiconError(.authorityNotFound, "")) {
      try await resolver.authority(of: "com.example.sub.note")
    }
    #expect(network.queries == ["_lexicon.sub.example.com"])
    try settings.addAuthorities(Self.did)
    let all = network.resolver(settings)
    #expect(try await all.authority(of: "com.example.note").did.string == Self.other)
    #expect(try await all.authority(of: "org.anything.note").did.string == Self.did)
    #expect(network.queries.count == 1)
  }

  @Test(
    "an override that is not a domain and a DID is refused",
    arguments: [
      "example.com", "example.com=", "com=did:web:a.com", "=did:web:a.com", "a b=did:x:y",
    ]
  )
  func invalidOverridesAreRefused(_ text: String) {
    var settings = LexiconNetworkSettings()
    #expect(throws: LexiconError(.invalidNsid, "")) { try settings.addAuthorities(text) }
  }

  @Test("a URI names the DID itself, so that nothing is looked up")
  func uriNamesTheDID() async throws {
    let network = TestNetwork()
    let uri = "at://\(Self.did)/com.atproto.lexicon.schema/com.example.note"
    #expect(try await network.resolve(uri).uri == uri)
    #expect(network.queries.isEmpty)
  }
}
