import ATProtoSyntax
package import Lexicon

/// The findings of `lexgen check --locked`: the differences between the manifest and the installed
/// files.
package struct LockReport {
  /// Sorted by location.
  package private(set) var findings: [Finding] = []
  /// The files that the findings are about.
  package private(set) var sources: [SourceFile] = []

  private let installed: InstalledLexicons
  private var trees: [String: LocatedTree] = [:]

  package init(_ installed: InstalledLexicons) {
    self.installed = installed
    let start = SourceLocation(path: installed.path, offset: 0, line: 1, column: 1)
    let bytes: [UInt8]
    do throws(FileSystem.Failure) {
      bytes = try FileSystem.read(installed.path, limit: LexiconManifest.maximumSize)
    } catch {
      add(.invalid, at: start, "cannot read the manifest: \(error.description)")
      return
    }
    let source = SourceFile(path: installed.path, bytes: bytes)
    sources = [source]
    do throws(ManifestError) {
      let (manifest, unknownFields) = try LexiconManifest.read(bytes)
      for field in unknownFields {
        Terminal.error("\(installed.path): warning: unknown field \(quoted(field)) in the manifest")
      }
      compare(manifest, LocatedTree.read(source, as: .json))
    } catch {
      let place = SourceLocation(
        path: installed.path,
        offset: error.offset,
        line: error.line,
        column: error.column
      )
      add(.invalid, at: place, "not a valid manifest: \(error.problem)")
    }
  }

  /// Throws the findings, if there are any.
  package static func require(_ installed: InstalledLexicons) throws(CommandFailure) {
    let findings = LockReport(installed).findings
    guard findings.isEmpty else {
      let count = Terminal.count(findings.count, "error")
      throw CommandFailure(
        "\(count); nothing is generated, because 'locked' is true in lexgen.yaml",
        status: CommandFailure.findings,
        diagnostics: findings.map(\.diagnostic)
      )
    }
  }

  private mutating func compare(_ manifest: LexiconManifest, _ tree: LocatedTree) {
    trees[installed.path] = tree
    var files: [NSID: SourceFile] = [:]
    let problems = LockCheck.problems(manifest) { nsid in
      guard let path = installed.file(of: nsid) else { return nil }
      // A file that cannot be read does not contain the document.
      let bytes = (try? FileSystem.read(path, limit: LexiconFile.maximumSize)) ?? []
      files[nsid] = SourceFile(path: path, bytes: bytes)
      return bytes
    }
    for problem in problems {
      let rule = LockRule(problem.kind)
      let entry = place(of: problem.nsid, in: tree)
      if let file = files[problem.nsid], rule == .modified || rule == .stripped {
        let start = SourceLocation(path: file.path, offset: 0, line: 1, column: 1)
        sources.append(file)
        add(rule, at: start, rule.message(problem.nsid), problem.nsid, path: "", listedAt: entry)
      } else if let referrer = problem.referrer, let file = files[referrer] {
        let tree = trees[file.path] ?? LocatedTree.read(file, as: .json)
        if trees.updateValue(tree, forKey: file.path) == nil { sources.append(file) }
        let offset = tree.root?.reference(to: problem.nsid) ?? 0
        let place = tree.source.location(at: offset)
        add(
          rule,
          at: place,
          rule.message(problem.nsid),
          problem.nsid,
          path: tree.pointer(to: offset)
        )
      } else {
        let message = rule.message(problem.nsid, at: installed.place(of: problem.nsid))
        add(rule, at: entry, message, problem.nsid, path: tree.pointer(to: entry.offset))
      }
    }
    findings.sort {
      ($0.diagnostic.location, $0.diagnostic.rule) < ($1.diagnostic.location, $1.diagnostic.rule)
    }
  }

  /// The location of a document's resolution, or of its name under `lexicons`.
  private func place(of nsid: NSID, in tree: LocatedTree) -> SourceLocation {
    var offset = 0
    if case .array(let names)? = tree.root?["lexicons"]?.kind,
      let name = names.first(where: { $0.text == nsid.string })
    {
      offset = name.range.lowerBound
    }
    if case .object(let members)? = tree.root?["resolutions"]?.kind,
      let member = members.first(where: { $0.name == nsid.string })
    {
      offset = member.nameOffset
    }
    return tree.source.location(at: offset)
  }

  private mutating func add(
    _ rule: LockRule,
    at location: SourceLocation,
    _ message: String,
    _ nsid: NSID? = nil,
    path: String? = nil,
    listedAt entry: SourceLocation? = nil
  ) {
    var diagnostic = Diagnostic(.error, rule: rule.rawValue, at: location, message)
    if let entry { diagnostic.notes = [.init("its CID is listed here", at: entry)] }
    var finding = Finding(diagnostic)
    finding.nsid = nsid?.string
    finding.path = path
    findings.append(finding)
  }
}

extension LocatedValue {
  fileprivate var text: String? {
    if case .string(let text) = kind { text } else { nil }
  }

  /// The offset of the first reference to a document in a schema.
  fileprivate func reference(to nsid: NSID) -> Int? {
    switch kind {
    case .string(let text):
      let name = text.utf8.prefix { $0 != UInt8(ascii: "#") }
      return name.elementsEqual(nsid.string.utf8) ? range.lowerBound : nil
    case .array(let elements):
      return elements.lazy.compactMap { $0.reference(to: nsid) }.first
    case .object(let members):
      return members.lazy.filter { $0.name != "id" }
        .compactMap { $0.value.reference(to: nsid) }.first
    default: return nil
    }
  }
}
