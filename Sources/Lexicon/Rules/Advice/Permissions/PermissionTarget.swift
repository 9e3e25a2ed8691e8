import ATProtoSyntax

extension Rule {
  static let permissionTarget = Rule(
    "permission-target",
    .warning,
    "'collection' should list existing records, and 'lxm' existing endpoints.",
    reason: "Otherwise the permission grants nothing, which is probably not intended.",
    clause: "Permission specification, \"Resource Types\"",
    bad: RuleExample(record, set(#""resource":"rpc","lxm":["com.example.note"],"aud":"*""#)),
    good: RuleExample(record, set(#""resource":"repo","collection":["com.example.note"]"#))
  ) { subject in
    guard case .permissionSet(let set)? = subject.main?.kind else { return }
    for permission in set.permissions {
      for field in permission.fields where ["collection", "lxm"].contains(field.name.value) {
        guard case .strings(let names) = field.value else { continue }
        for name in names {
          guard let text = problem(name, field.name.value, subject) else { continue }
          subject.report(at: field.name.location, text)
        }
      }
    }
  }

  private static func problem(
    _ name: String,
    _ field: String,
    _ subject: RuleSubject
  ) -> String? {
    // Names outside the namespace of the set are reported by `ineffective-permission`.
    let group = subject.document.id.value.authority + "."
    guard name.hasPrefix(group) else { return nil }
    let expected = field == "collection" ? "a record" : "an endpoint"
    guard let main = subject.names.catalog[name]?[definition: "main"] else {
      return "'\(field)' lists \(quoted(name)), but no document defines \(expected) of that name"
    }
    switch main.kind {
    case .record:
      return field == "collection"
        ? nil : "'lxm' lists \(quoted(name)), which is a record; list it in 'collection'"
    case .query, .procedure, .subscription:
      return field == "lxm"
        ? nil : "'collection' lists \(quoted(name)), which is an endpoint; list it in 'lxm'"
    default:
      return "'\(field)' lists \(quoted(name)), which is not \(expected)"
    }
  }

  private static let record = RuleExample.document(
    #""main":{"type":"record","description":"A note.","key":"tid","record":{"#
      + #""type":"object","properties":{}}}"#,
    of: "com.example.note"
  )

  private static func set(_ permission: String) -> String {
    RuleExample.document(
      #""main":{"type":"permission-set","title":"Notes","description":"Notes.","permissions":[{"#
        + #""type":"permission",\#(permission)}]}"#,
      of: "com.example.authBasic"
    )
  }
}
