import ATProtoSyntax
import ArgumentParser

struct SyntaxCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "syntax",
    abstract: "Parse valid identifiers and datetimes."
  )

  @OptionGroup var contest: ContestOptions

  func run() throws {
    let datetimes = try (0..<UInt64(Self.count)).map { try Datetime(datetime($0)) }
    try Contest(options: contest).run([
      work(DID.self) { "did:plc:" + letters(24, $0) },
      work(Handle.self) { letters(12, $0) + ".bsky.social" },
      work(ATURI.self) { "at://did:plc:" + letters(24, $0) + "/app.bsky.feed.post/" + tid($0) },
      work(NSID.self) { "com.example." + letters(10, $0) + ".listRecords" },
      work(TID.self) { tid($0) },
      work(RecordKey.self) { tid($0) },
      work(Datetime.self) { datetime($0) },
      // Parsing has found the instant; the benchmark formats it again.
      Work("Datetime, write", items: Self.count) {
        datetimes.reduce(into: 0) { $0 &+= Datetime($1.instant)?.string.utf8.count ?? 0 }
      },
    ])
  }

  private static let count = 100_000

  /// Parses a hundred thousand different strings, each of which must be valid.
  private func work<Format: StringFormat>(
    _: Format.Type,
    _ text: (UInt64) -> String
  ) -> Work {
    let texts = (0..<UInt64(Self.count)).map { text($0) }
    return Work(
      "\(Format.self), parse",
      items: texts.count,
      bytes: texts.reduce(0) { $0 + $1.utf8.count }
    ) {
      var total = 0
      for text in texts { total += try Format(text).string.utf8.count }
      return total
    }
  }

  private func datetime(_ number: UInt64) -> String {
    let n = number
    return "20\(n % 90 + 10)-0\(n % 9 + 1)-1\(n % 10)T12:\(n % 50 + 10):07.\(n % 900 + 100)Z"
  }

  /// Letters and digits of the base32 alphabet, different for each number.
  private func letters(_ count: Int, _ number: UInt64) -> String {
    let alphabet = [UInt8]("abcdefghijklmnopqrstuvwxyz234567".utf8)
    var state = number &* 0x9e37_79b9_7f4a_7c15 | 1
    return String(
      decoding: (0..<count).map { index -> UInt8 in
        state = state &* 0xbf58_476d_1ce4_e5b9 &+ 0x94d0_49bb_1331_11eb
        // A label of a hostname that begins with a letter is also a valid NSID segment.
        return alphabet[Int(state >> 58) % (index == 0 ? 26 : 32)]
      },
      as: UTF8.self
    )
  }

  private func tid(_ number: UInt64) -> String {
    TID(microseconds: 1_700_000_000_000_000 + number &* 7919, clockIdentifier: 7)?.string ?? ""
  }
}
