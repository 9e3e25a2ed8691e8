import ATProtoAuth
import ATProtoCrypto
import ArgumentParser

/// What the credentials of a call cost a server, apart from its storage.
struct TokensCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokens",
    abstract: "Verify session tokens, DPoP proofs, and, for comparison, bare signatures."
  )

  @OptionGroup var contest: ContestOptions

  private static let count = 1000
  private static let url = "http://127.0.0.1:2583/xrpc/com.atproto.repo.createRecord"
  private static let accessToken = "tok-0123456789012345678901234567890123456789012"

  func run() throws {
    try Contest(options: contest).run([
      try sessionTokens(),
      try proofs(),
      Self.bareSignatures(),
    ])
  }

  private func sessionTokens() throws -> Work {
    let secret = JWTSigningKey.shared(try SymmetricKey(SecureRandom.bytes(32)))
    guard case .shared(let key) = secret else { throw ExitCode.failure }
    let tokens = (0..<Self.count).map { index in
      JWT.sign(
        JWTClaims(
          subject: "did:plc:ewvi7nxzyoun6zhxrhs64oiz",
          audience: "did:web:pds.example.com",
          expiresAt: 2_000_000_000,
          issuedAt: 1_000_000_000,
          identifier: "\(index)",
          scope: "com.atproto.access"
        ),
        type: JWTPolicy.accessType,
        with: secret
      )
    }
    let policy = JWTPolicy.access(audience: "did:web:pds.example.com")
    return Work("session token", items: Self.count) {
      try tokens.reduce(into: 0) { count, token in
        let claims = try JWT(token).claims(
          verifiedWith: .shared(key),
          policy: policy,
          at: 1_500_000_000
        )
        count += claims.expiresAt ?? 0
      }
    }
  }

  private func proofs() throws -> Work {
    let seconds = 1_500_000_000
    let nonces = DPoPNonces(secret: SecureRandom.bytes(32), notBefore: 0)
    let key = DPoPKey()
    let proofs = (0..<Self.count).map { _ in
      key.proof(
        method: "POST",
        url: Self.url,
        nonce: nonces.current(at: seconds),
        accessToken: Self.accessToken,
        at: seconds
      )
    }
    let keys = DPoPKeyCache()
    return Work("DPoP proof, with its use and the next nonce", items: Self.count) {
      var replays = DPoPReplays()
      return try proofs.reduce(into: 0) { count, text in
        let proof = try DPoPProof(text, keys: keys)
        try proof.verify(
          method: "POST",
          url: Self.url,
          accessToken: Self.accessToken,
          nonces: nonces,
          at: seconds
        )
        try replays.accept(proof, at: seconds)
        count += nonces.current(at: seconds).utf8.count
      }
    }
  }

  private static func bareSignatures() -> Work {
    let direct = DirectP256()
    let digests = (0..<count).map { SHA256.hash("message \($0)").bytes }
    let signatures = digests.map { direct.sign($0) }
    return Work("P-256 signature, C", items: count) {
      zip(digests, signatures).reduce(into: 0) { $0 += direct.verify($1.0, $1.1) }
    }
  }
}
