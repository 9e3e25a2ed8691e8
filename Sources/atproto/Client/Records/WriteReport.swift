import ATProtoData

/// What a server made of a record.
enum WriteReport {
  static func print(uri: String, cid: String, asJSON: Bool) {
    if asJSON {
      Console.json(["uri": .string(uri), "cid": .string(cid)])
    } else {
      Console.line("\(uri)  \(cid)".withoutControls)
    }
  }
}
