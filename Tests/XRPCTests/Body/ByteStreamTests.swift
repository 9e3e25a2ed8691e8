import ATProtoHTTP
import Testing

@Suite struct ByteStreamTests {
  struct Broken: Error {}

  private func stream(
    _ chunks: [[UInt8]],
    length: Int? = nil,
    isRepeatable: Bool = false
  ) -> ByteStream {
    ByteStream(length: length, isRepeatable: isRepeatable) {
      var rest = chunks[...]
      return { rest.popFirst() }
    }
  }

  private func code(
    _ body: () async throws -> [UInt8]
  ) async -> ByteStreamError.Code? {
    do {
      _ = try await body()
      return nil
    } catch {
      return (error as? ByteStreamError)?.code
    }
  }

  @Test func streamCanBeReadOnlyOnceUnlessRepeatable() async throws {
    let once = stream([[1], [], [2, 3]])
    #expect(try await once.collect(upTo: 3) == [1, 2, 3])
    #expect(await code { try await once.collect(upTo: 3) } == .alreadyRead)
    let often = stream([[1], [2]], isRepeatable: true)
    for _ in 0..<2 {
      #expect(try await often.collect(upTo: 2) == [1, 2])
    }
    for _ in 0..<2 {
      #expect(try await BodyContent.bytes([1, 2]).stream.collect(upTo: 2) == [1, 2])
    }
    #expect(try await BodyContent.bytes([]).stream.collect(upTo: 0) == [])
  }

  @Test(
    arguments: [
      ([[1, 2], [3]], 3, 3, nil), ([[1, 2], [3]], nil, 3, nil), ([], 0, 0, nil),
      ([[1, 2], [3]], 4, 9, .lengthMismatch), ([[1, 2], [3]], 2, 9, .lengthMismatch),
      ([], 1, 9, .lengthMismatch), ([[1]], 0, 9, .lengthMismatch),
      ([[1, 2], [3]], nil, 2, .tooLong), ([[1, 2], [3]], 3, 2, .tooLong),
      ([[1, 2], [3]], nil, 0, .tooLong),
    ] as [([[UInt8]], Int?, Int, ByteStreamError.Code?)]
  )
  func lengthMismatchIsAnError(
    _ chunks: [[UInt8]],
    _ length: Int?,
    _ maximum: Int,
    _ expected: ByteStreamError.Code?
  ) async {
    let found = await code { try await stream(chunks, length: length).collect(upTo: maximum) }
    #expect(found == expected)
  }

  /// A stream whose declared length is too large is not even opened.
  @Test func collectRefusesALongStreamWithoutReadingIt() async {
    let unread = ByteStream(length: 3) {
      Issue.record("the stream was opened")
      return { nil }
    }
    #expect(await code { try await unread.collect(upTo: 2) } == .tooLong)
  }

  @Test func errorEndsTheStream() async throws {
    let broken = ByteStream {
      var count = 0
      return {
        count += 1
        if count == 2 { throw Broken() }
        return [1]
      }
    }
    var iterator = broken.makeAsyncIterator()
    #expect(try await iterator.next() == [1])
    await #expect(throws: Broken.self) { _ = try await iterator.next() }
    #expect(try await iterator.next() == nil)
  }

  @Test func progressIsReported() async throws {
    let (counts, continuation) = AsyncStream<Int>.makeStream()
    let reporting = stream([[1, 2], [3]], length: 3).reporting { continuation.yield($0) }
    _ = try await reporting.collect(upTo: 3)
    continuation.finish()
    #expect(await counts.reduce(into: []) { $0.append($1) } == [2, 3])
  }
}
