import ATProtoData

extension Console {
  /// One object on one line.
  static func json(_ object: DataObject) {
    line(String(decoding: DataValue.object(object).jsonBytes(), as: UTF8.self))
  }
}
