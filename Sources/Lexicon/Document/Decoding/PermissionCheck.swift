import ATProtoSyntax

/// Checks the fields of a permission against its resource.
struct PermissionCheck {
  var resource: Found<String>
  var members: [LocatedValue.Member]
  var object: LocatedValue

  func run(_ decoder: inout DocumentDecoder) {
    switch resource.value {
    case "repo": checkRepo(&decoder)
    case "rpc": checkRPC(&decoder)
    case "space" where decoder.features.contains(.spaces): checkSpace(&decoder)
    case "blob", "account", "identity":
      ineffective(
        resource.offset,
        "a permission set cannot grant '\(resource.value)'",
        &decoder
      )
    default:
      let hint = Suggestion.hint(for: resource.value, among: ["repo", "rpc"]).text
      ineffective(
        resource.offset,
        "unknown resource \(quoted(resource.value))\(hint)",
        &decoder
      )
    }
  }

  private func checkRepo(_ decoder: inout DocumentDecoder) {
    checkNames("collection", &decoder)
    if let actions = strings("action", &decoder) {
      for action in actions where !["create", "update", "delete"].contains(action.value) {
        ineffective(
          action.offset,
          "unknown action \(quoted(action.value)); expected 'create', 'update' or 'delete'",
          &decoder
        )
      }
      checkUnique(actions, "action", &decoder)
    }
    checkUnknown(["collection", "action"], &decoder)
  }

  /// Proposal 0016, "OAuth scopes" (experimental).
  private func checkSpace(_ decoder: inout DocumentDecoder) {
    if field("collection") != nil { checkNames("collection", &decoder) }
    for (name, actions) in [
      ("action", ["read_self", "read", "create", "update", "delete"]),
      ("manage", ["create", "update", "delete"]),
    ] {
      guard let values = strings(name, &decoder) else { continue }
      for value in values where !actions.contains(value.value) {
        ineffective(
          value.offset,
          "unknown \(name == "action" ? "action" : "kind of management") \(quoted(value.value)); "
            + "expected \(alternatives(actions.map { "'\($0)'" }))",
          &decoder
        )
      }
      checkUnique(values, name, &decoder)
    }
    for name in ["spaceType", "authority", "skey"] {
      if let value = field(name) { _ = decoder.string(value, "'\(name)'") }
    }
    checkUnknown(["spaceType", "authority", "skey", "collection", "action", "manage"], &decoder)
  }

  private func checkRPC(_ decoder: inout DocumentDecoder) {
    checkNames("lxm", &decoder)
    let inherits = field("inheritAud").flatMap { decoder.boolean($0, "'inheritAud'") }
    let audience = field("aud").flatMap { decoder.string($0, "'aud'") }
    if let audience {
      if inherits?.value == true {
        ineffective(audience.offset, "'aud' cannot be combined with 'inheritAud'", &decoder)
      } else if audience.value != "*" {
        ineffective(
          audience.offset,
          "'aud' is \(quoted(audience.value)); in a permission set it can only be '*'",
          &decoder
        )
      }
    } else if field("aud") == nil, inherits?.value ?? (field("inheritAud") != nil) == false {
      decoder.report(
        .missingField,
        at: object.offset,
        "an 'rpc' permission must have the field 'aud', or 'inheritAud' set to true"
      )
    }
    checkUnknown(["lxm", "aud", "inheritAud"], &decoder)
  }

  /// "Must include at least one element (not empty array)."
  private func checkNames(_ name: String, _ decoder: inout DocumentDecoder) {
    guard let value = field(name) else {
      decoder.report(
        .missingField,
        at: object.offset,
        "a '\(resource.value)' permission must have the field '\(name)'"
      )
      return
    }
    guard let names = strings(name, &decoder) else { return }
    if names.isEmpty {
      decoder.report(.emptyList, at: value.offset, "'\(name)' is empty; expected at least one NSID")
    }
    for text in names {
      guard text.value != "*" else {
        ineffective(
          text.offset,
          "'*' is not allowed in the '\(name)' of a permission set",
          &decoder
        )
        continue
      }
      do throws(SyntaxError) {
        let nsid = try NSID(text.value)
        checkNamespace(nsid, at: text.offset, &decoder)
      } catch {
        decoder.report(
          .badNSID,
          at: text.offset,
          "\(quoted(text.value)) is not a valid NSID: \(error.reason)"
        )
      }
    }
    checkUnique(names, name, &decoder)
  }

  /// Permission specification, "Namespace Authority": a set can grant names in its own group and in
  /// the groups below it.
  private func checkNamespace(_ nsid: NSID, at offset: Int, _ decoder: inout DocumentDecoder) {
    guard let set = decoder.id?.value else { return }
    let group = set.authority + "."
    guard !nsid.normalized.string.utf8.starts(with: group.utf8) else { return }
    ineffective(
      offset,
      "\(quoted(nsid.string)) is outside the namespace '\(group)*' of the set",
      &decoder
    )
  }

  private func checkUnique(
    _ items: [Found<String>],
    _ name: String,
    _ decoder: inout DocumentDecoder
  ) {
    var seen = Set<String>()
    for item in items where !seen.insert(item.value).inserted {
      decoder.duplicate(item.value, in: name, at: item.offset)
    }
  }

  private func checkUnknown(_ known: [String], _ decoder: inout DocumentDecoder) {
    let all = ["type", "description", "resource"] + known
    for member in members where !all.contains(member.name) {
      let hint = Suggestion.hint(for: member.name, among: known).text
      ineffective(
        member.nameOffset,
        "unknown field \(quoted(member.name)) of a '\(resource.value)' permission\(hint)",
        &decoder
      )
    }
  }

  private func ineffective(_ offset: Int, _ reason: String, _ decoder: inout DocumentDecoder) {
    decoder.report(
      .ineffectivePermission,
      at: offset,
      "services ignore this permission: \(reason)"
    )
  }

  private func field(_ name: String) -> LocatedValue? {
    members.first { $0.name == name }?.value
  }

  /// Returns the strings of an array. Other elements are already reported by the decoder.
  private func strings(_ name: String, _ decoder: inout DocumentDecoder) -> [Found<String>]? {
    guard let value = field(name) else { return nil }
    guard case .array(let elements) = value.kind else {
      decoder.wrongType("'\(name)'", value, expected: "an array of strings")
      return nil
    }
    return elements.compactMap { element in
      guard case .string(let text) = element.kind else { return nil }
      return Found(value: text, offset: element.offset)
    }
  }
}
