import ATProtoSyntax

extension Rule {
  static let undescribedMain = Rule(
    "undescribed-main",
    .warning,
    "Every main definition should have a description.",
    reason:
      "The description is the first thing that readers of the schema and of generated code see.",
    clause: Clause.documentation,
    bad: .definitions(
      #""main":{"type":"query","output":{"encoding":"application/json"}}"#,
      of: "com.example.getNote"
    ),
    good: .definitions(
      #""main":{"type":"query","description":"One note. Requires authentication.","#
        + #""output":{"encoding":"application/json"}}"#,
      of: "com.example.getNote"
    ),
    fix: { _, tree in descriptionMove(tree).map { [$0] } ?? [] }
  ) { subject in
    guard let main = subject.main else { return }
    // The title and the detail describe a permission set.
    if case .permissionSet(let set) = main.kind, set.title != nil || set.detail != nil { return }
    guard (main.description ?? "").isEmpty else { return }
    let name = quoted(subject.document.id.value.string)
    subject.report(
      at: main.name.location,
      (subject.document.description ?? "").isEmpty
        ? "\(name) has no description; add a 'description'"
        : "the description of \(name) is at the top of the document; move it into 'main', where "
          + "readers and generated code expect it"
    )
  }

  /// The edit that moves the description of the document into `main`.
  private static func descriptionMove(_ tree: LocatedTree) -> TextEdit? {
    guard let root = tree.root, case .object(let fields) = root.kind,
      let index = fields.firstIndex(where: { $0.name == "description" }),
      case .string = fields[index].value.kind, let main = root["defs"]?["main"],
      main["description"] == nil, case .object(let members) = main.kind,
      let type = members.first(where: { $0.name == "type" })
    else { return nil }
    let text = String(decoding: tree.source.bytes[fields[index].value.range], as: UTF8.self)
    let end = type.value.range.upperBound
    let separator = tree.separator(likeBefore: type.nameOffset)
    return tree.combined([
      LocatedTree.removal(LocatedTree.Step(container: root, index: index)),
      TextEdit(end..<end, ",\(separator)\"description\": \(text)"),
    ])
  }
}
