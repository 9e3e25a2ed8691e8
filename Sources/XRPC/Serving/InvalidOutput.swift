import ATProtoData

/// A handler's output that breaks its own schema. The client sees a bare 500, the log sees why.
struct InvalidOutput: Error, CustomStringConvertible {
  let nsid: String
  let violations: [Violation]

  init(nsid: String, _ violations: [Violation]) {
    self.nsid = nsid
    self.violations = violations
  }

  var description: String { "output of \(nsid): \(violations.summary)" }
}
