import ATProtoData

extension Console {
  /// One value on one line.
  static func json(_ value: DataValue) {
    line(value.jsonString())
  }
}
