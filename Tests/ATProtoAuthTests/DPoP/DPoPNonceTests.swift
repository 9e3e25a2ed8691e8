import ATProtoAuth
import Testing

@Suite struct DPoPNonceTests {
  static let start = 1_700_000_000

  @Test("a nonce is accepted for three minutes by every process with the secret")
  func lifetime() {
    let nonces = DPoPNonces(secret: [1], notBefore: Self.start)
    let nonce = nonces.current(at: Self.start + 100)
    let other = DPoPNonces(secret: [1], notBefore: Self.start + 50)
    for process in [nonces, other] {
      #expect(process.accepts(nonce, at: Self.start + 100))
      #expect(process.accepts(nonce, at: Self.start + 280))
      #expect(!process.accepts(nonce, at: Self.start + 281))
      // The clock of the process that made it may be ahead.
      #expect(process.accepts(nonce, at: Self.start + 95))
      #expect(!process.accepts(nonce, at: Self.start + 94))
    }
    #expect(!DPoPNonces(secret: [2], notBefore: Self.start).accepts(nonce, at: Self.start + 100))
    #expect(nonces.current(at: Self.start + 101) != nonce)
    #expect(nonces.current(at: Self.start + 100) == nonce)
  }

  @Test("a process accepts its own nonces at once, and none from before its start")
  func restart() {
    let before = DPoPNonces(secret: [1], notBefore: Self.start - 500)
    let after = DPoPNonces(secret: [1], notBefore: Self.start)
    for seconds in [Self.start - 1, Self.start] {
      #expect(!after.accepts(before.current(at: seconds), at: Self.start))
    }
    #expect(after.accepts(after.current(at: Self.start), at: Self.start))
    #expect(after.accepts(before.current(at: Self.start + 2), at: Self.start + 2))
    // A clock that is set back does not lock the process out.
    let setBack = Self.start - 3600
    #expect(after.accepts(after.current(at: setBack), at: setBack))
  }

  @Test(
    "a text that is not a nonce is not accepted",
    arguments: ["", "a", "////////////////////////////", String(repeating: "A", count: 28)]
  )
  func malformed(text: String) {
    #expect(!DPoPNonces(secret: [], notBefore: 0).accepts(text, at: Self.start))
  }

  @Test("every change of a nonce makes it unacceptable")
  func changed() {
    let nonces = DPoPNonces(secret: [1], notBefore: Self.start)
    let nonce = nonces.current(at: Self.start + 10)
    for index in nonce.indices {
      var changed = nonce
      changed.replaceSubrange(index...index, with: nonce[index] == "A" ? "B" : "A")
      #expect(!nonces.accepts(changed, at: Self.start + 10))
    }
  }
}

@Suite struct DPoPReplayTests {
  private func proof(_ key: DPoPKey) throws -> DPoPProof {
    try DPoPProof(key.proof(method: "GET", url: "https://a.example.com/", nonce: nil, at: 0))
  }

  @Test("a proof is accepted once for as long as its nonce may be used")
  func once() throws {
    let proof = try proof(DPoPKey())
    for offset in [0, 1, 90, 185] {
      for start in [1_000, 1_100, 1_186, 1_300] {
        var replays = DPoPReplays()
        // Fixes the beginning of a generation.
        try replays.accept(try self.proof(DPoPKey()), at: 1_000)
        try replays.accept(proof, at: start)
        #expect(throws: OAuthError(.invalidDPoPProof, "")) {
          try replays.accept(proof, at: start + offset)
        }
      }
    }
  }

  @Test("proofs are forgotten after their nonces have expired")
  func forgotten() throws {
    var replays = DPoPReplays()
    let key = DPoPKey()
    for _ in 0..<10 { try replays.accept(proof(key), at: 0) }
    #expect(replays.count == 10)
    try replays.accept(proof(key), at: 200)
    try replays.accept(proof(key), at: 400)
    #expect(replays.count == 2)
    try replays.accept(proof(key), at: 10_000)
    #expect(replays.count == 1)
  }

  @Test("a full memory refuses new proofs and still knows the old ones")
  func full() throws {
    var replays = DPoPReplays(capacity: 2)
    let key = DPoPKey()
    let first = try proof(key)
    try replays.accept(first, at: 0)
    try replays.accept(proof(key), at: 0)
    #expect(throws: OAuthError(.temporarilyUnavailable, "")) {
      try replays.accept(proof(key), at: 1)
    }
    #expect(throws: OAuthError(.invalidDPoPProof, "")) { try replays.accept(first, at: 1) }
    try replays.accept(proof(key), at: 1_000)
  }
}
