import ATProtoCrypto
import ArgumentParser

struct CryptoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crypto",
    abstract: "Hash and sign with ATProtoCrypto, and with direct calls to the C libraries."
  )

  @OptionGroup var contest: ContestOptions

  /// Each benchmark is followed by the same work done by the C library.
  private struct Pair {
    var name: String
    var own: Work
    var direct: Work

    init(
      _ name: String,
      items: Int,
      bytes: Int? = nil,
      own: @escaping () throws -> Int,
      direct: @escaping () -> Int
    ) {
      self.name = name
      self.own = Work(name, items: items, bytes: bytes, pass: own)
      self.direct = Work("\(name), C", items: items, bytes: bytes, pass: direct)
    }
  }

  func run() throws {
    let pairs = hashing + (try signing)
    let rates = try Contest(options: contest).run(pairs.flatMap { [$0.own, $0.direct] })
    for pair in pairs {
      guard let own = rates[pair.own.name], let direct = rates[pair.direct.name] else { continue }
      let ratio = Double(Int(own / direct * 1000)) / 1000
      print(
        contest.json
          ? #"{"work":"\#(pair.name)","ratio":\#(ratio)}"#
          : "\(pair.name): \(ratio) of the C library"
      )
    }
  }

  // MARK: SHA-256

  private var hashing: [Pair] {
    [64, 300, 4096, 1 << 20].map { size in
      let blocks = (0..<64).map { [UInt8](repeating: UInt8($0), count: size) }
      let rounds = max(1, 8_000_000 / size / blocks.count)
      let direct = DirectSHA256()
      return Pair(
        "SHA-256, \(size) bytes",
        items: rounds * blocks.count,
        bytes: rounds * blocks.count * size,
        own: {
          var total = 0
          for _ in 0..<rounds {
            for block in blocks { total &+= SHA256.hash(block).leadingZeroBitCount }
          }
          return total
        },
        direct: {
          var total = 0
          for _ in 0..<rounds {
            for block in blocks { total &+= Int(direct.hash(block)) }
          }
          return total
        }
      )
    }
  }

  // MARK: Signatures

  private var signing: [Pair] {
    get throws {
      let messages = (0..<1000).map { [UInt8]("message \($0)".utf8) }
      let digests = messages.map { SHA256.hash($0) }
      let k256 = DirectK256()
      let p256 = DirectP256()
      func sign(_ key: PrivateKey) -> Int {
        digests.reduce(into: 0) { $0 &+= Int(key.sign(digest: $1)[0]) }
      }
      func verify(_ key: PublicKey, _ signatures: [[UInt8]]) throws -> Int {
        var count = 0
        for (digest, signature) in zip(digests, signatures)
        where key.isValidSignature(signature, digest: digest) {
          count += 1
        }
        guard count == digests.count else { throw ValidationError("a signature is not valid") }
        return count
      }
      let raw = digests.map(\.bytes)
      let own256 = PrivateKey(generating: .k256)
      let ownP256 = PrivateKey(generating: .p256)
      let k256Signatures = digests.map { own256.sign(digest: $0) }
      let p256Signatures = digests.map { ownP256.sign(digest: $0) }
      let k256Forms = raw.map { k256.sign($0) }
      let p256Forms = raw.map { p256.sign($0) }
      return [
        Pair("K-256, sign", items: raw.count, own: { sign(own256) }) {
          raw.reduce(into: 0) { $0 &+= Int(k256.sign($1)[0]) }
        },
        Pair(
          "K-256, verify",
          items: raw.count,
          own: { try verify(own256.publicKey, k256Signatures) },
          direct: { zip(raw, k256Forms).reduce(into: 0) { $0 += k256.verify($1.0, $1.1) } }
        ),
        Pair("P-256, sign", items: raw.count, own: { sign(ownP256) }) {
          raw.reduce(into: 0) { $0 &+= Int(p256.sign($1)[0]) }
        },
        Pair(
          "P-256, verify",
          items: raw.count,
          own: { try verify(ownP256.publicKey, p256Signatures) },
          direct: { zip(raw, p256Forms).reduce(into: 0) { $0 += p256.verify($1.0, $1.1) } }
        ),
      ]
    }
  }
}
