import CZstd
import HTTPTypes
import RelayTestSupport
import Testing

@testable import Relay

@Suite struct ZstdTests {
  private static let message = Array(
    #"{"did":"did:plc:ewvi7nxzyoun6zhxrhs64oiz","time_us":1,"kind":"account"}"#.utf8
  )

  /// A dictionary of the Zstandard format, whose repeat offsets are 1, 4, and 8.
  static func dictionary() throws -> ZstdDictionary {
    let samples = (0..<400).map { index in
      Array(#"{"did":"did:plc:user\#(index)","time_us":\#(index * 7),"kind":"commit"}"#.utf8)
    }
    let content = samples.flatMap { $0 }
    let sizes = samples.map(\.count)
    var output = [UInt8](repeating: 0, count: 16 << 10)
    let count = ZDICT_finalizeDictionary(
      &output,
      output.count,
      content,
      min(content.count, 8 << 10),
      content,
      sizes,
      UInt32(sizes.count),
      ZDICT_params_t(compressionLevel: 3, notificationLevel: 0, dictID: 20_261_130)
    )
    try #require(ZDICT_isError(count) == 0)
    return try ZstdDictionary(Array(output.prefix(count)))
  }

  private func decompress(_ frame: [UInt8], _ dictionary: [UInt8] = []) -> [UInt8]? {
    let context = ZSTD_createDCtx()
    defer { ZSTD_freeDCtx(context) }
    var output = [UInt8](repeating: 0, count: 1 << 16)
    let count = ZSTD_decompress_usingDict(
      context,
      &output,
      output.count,
      frame,
      frame.count,
      dictionary,
      dictionary.count
    )
    return ZSTD_isError(count) == 0 ? Array(output.prefix(count)) : nil
  }

  @Test func framesHaveTheSizeInTheirHeader() throws {
    let frame = try ZstdCompressor().compress(Self.message)
    #expect(ZSTD_getFrameContentSize(frame, frame.count) == UInt64(Self.message.count))
    #expect(ZSTD_getDictID_fromFrame(frame, frame.count) == 0)
    #expect(decompress(frame) == Self.message)
  }

  /// Existing clients have always loaded the dictionary of Jetstream v1.
  @Test func framesWithoutADictionaryCanBeReadByClientsThatHaveOne() throws {
    let dictionary = try Self.dictionary().bytes
    let compressor = try ZstdCompressor()
    for size in [0, 1, 10, 300, 5_000, 60_000] {
      let message = (0..<size).map { UInt8(truncatingIfNeeded: $0 / 7 ^ $0 % 11) }
      #expect(decompress(try compressor.compress(message), dictionary) == message)
    }
  }

  @Test func framesNameTheDictionaryTheyNeed() throws {
    let dictionary = try Self.dictionary()
    #expect(dictionary.id == 20_261_130)
    let compressor = try ZstdCompressor(dictionary: dictionary)
    let frame = try compressor.compress(Self.message)
    #expect(ZSTD_getDictID_fromFrame(frame, frame.count) == 20_261_130)
    #expect(decompress(frame, dictionary.bytes) == Self.message)
    #expect(decompress(frame) == nil)
    #expect(try frame.count < ZstdCompressor().compress(Self.message).count)
  }

  @Test func otherFilesAreNotDictionaries() {
    #expect(throws: ZstdError.self) { try ZstdDictionary([]) }
    #expect(throws: ZstdError.self) { try ZstdDictionary(Array("{}".utf8)) }
    #expect(throws: ZstdError.self) {
      try ZstdDictionary([UInt8](repeating: 0, count: ZstdDictionary.maximumSize + 1))
    }
  }

  @Test func subscribersAskForCompression() async throws {
    let dictionary = try Self.dictionary()
    let fixture = try JetstreamFixture(dictionary: dictionary)
    let account = SimulatedAccount(pds: "http://localhost")
    let field = try #require(HTTPField.Name("Socket-Encoding"))
    let plain = try await fixture.subscribe()
    let byQuery = try await fixture.subscribe("compress=true")
    let byField = try await fixture.subscribe("", [field: "zstd"])
    let byDictionary = try await fixture.subscribe("zstdDictionary=20261130")
    fixture.append(account.account, of: account)
    let text = try await plain.message()
    for subscriber in [byQuery, byField] {
      let frame = try await subscriber.message()
      #expect(ZSTD_getDictID_fromFrame(frame, frame.count) == 0)
      #expect(decompress(frame, dictionary.bytes) == text)
    }
    let frame = try await byDictionary.message()
    #expect(ZSTD_getDictID_fromFrame(frame, frame.count) == 20_261_130)
    #expect(decompress(frame, dictionary.bytes) == text)
  }

  @Test func relayHasADictionaryOfItsOwn() throws {
    let dictionary = try ZstdDictionary.own()
    #expect(dictionary.id == 20_261_130)
    let compressor = try ZstdCompressor(dictionary: dictionary)
    #expect(decompress(try compressor.compress(Self.message), dictionary.bytes) == Self.message)
  }
}
