import ATProtoData

/// Answers a line of input.
enum Answer {
  private static let maximumErrorLength = 400

  /// The answer as a line, including its line feed.
  static func bytes(to line: LineReader.Line) -> [UInt8] {
    var bytes: [UInt8] = []
    DataValue.object(answer(to: line)).encodeJSON(into: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  static func answer(to line: LineReader.Line) -> DataObject {
    switch line {
    case .whole(let bytes):
      let request = Request(bytes)
      var answer: DataObject
      do {
        answer = try run(request)
      } catch {
        answer = ["ok": false, "error": .string(abbreviated("\(error)"))]
      }
      answer["id"] = request.id
      return answer
    case .tooLong(let head):
      let reason = "the line is longer than \(LineReader.maximumLength) bytes"
      return ["id": Request(head).id, "ok": false, "error": .string(reason)]
    }
  }

  private static func run(_ request: Request) throws -> DataObject {
    guard request.isWhole else { throw Refusal("the line is not a JSON object") }
    let name = try request.string("op")
    guard let operation = operations.first(where: { $0.name == name }) else {
      return ["ok": false, "unsupported": true]
    }
    var answer = try operation.answer(request)
    answer["ok"] = true
    return answer
  }

  /// A reason may quote up to a megabyte of input.
  private static func abbreviated(_ text: String) -> String {
    text.utf8.count <= maximumErrorLength
      ? text : String(text.unicodeScalars.prefix(maximumErrorLength)) + "…"
  }
}
