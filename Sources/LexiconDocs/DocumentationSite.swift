import ATProtoData
import ATProtoSyntax
public import Lexicon
public import LexiconCompiler
import LexiconTemplates

/// A static site about a catalog: a page for each document, and an index with search.
///
/// The same documents give the same bytes. Every text of a schema is escaped for where it lands;
/// pages load nothing from elsewhere, and say so in a content security policy. Without JavaScript
/// everything is there but the search.
public struct DocumentationSite {
  let documents: [LexiconDocument]
  let title: String
  private let links: SiteLinks
  private let references: CrossReferences
  private let templates: TemplateLibrary

  /// - Parameter documents: sorted by NSID.
  public init(_ documents: [LexiconDocument], title: String) throws {
    self.documents = documents
    self.title = title
    links = SiteLinks(documents)
    references = CrossReferences(documents, links: links)
    templates = try TemplateLibrary(LexiconTemplates.site)
  }

  /// Paths from the site's folder on, sorted.
  public func files() -> [OutputFile] {
    var files = [
      OutputFile(path: "index.html", content: index()),
      OutputFile(path: "site.css", content: asset("style")),
      OutputFile(path: "site.js", content: asset("script")),
    ]
    for document in documents {
      let path = links.page(of: document.id.value.string)
      files.append(OutputFile(path: path, content: page(document)))
    }
    return files.sorted { $0.path < $1.path }
  }

  private func asset(_ name: String) -> String {
    templates.render(TemplateView([:]), with: name)
  }

  private func page(_ document: LexiconDocument) -> String {
    let path = NSIDPath(document.id.value.string)
    let sections = document.definitions.sorted { $0.isMain && !$1.isMain }.map { definition in
      SectionBuilder(
        document: document,
        definition: definition,
        links: links,
        references: references
      ).view()
    }
    return templates.render(
      TemplateView([
        "site": title,
        "nsid": document.id.value.string,
        "group": path.group,
        "groupAnchor": SiteLinks.anchor([path.group]),
        "lastSegment": path.name,
        "kind": Self.kind(of: document),
        "summary": Self.summary(of: document) ?? document.id.value.string,
        "documentParagraphs": document.description.paragraphs.views,
        "sections": sections,
        "hasSeveralSections": sections.count > 1,
      ]),
      with: "page"
    )
  }

  private func index() -> String {
    var groups: [(name: String, documents: [LexiconDocument])] = []
    for document in documents {
      let group = NSIDPath(document.id.value.string).group
      if groups.last?.name == group {
        groups[groups.count - 1].documents.append(document)
      } else {
        groups.append((group, [document]))
      }
    }
    return templates.render(
      TemplateView([
        "site": title,
        "count": String(documents.count),
        "index": searchIndex(),
        "groups": groups.map { group in
          TemplateView([
            "group": group.name,
            "groupAnchor": SiteLinks.anchor([group.name]),
            "documents": group.documents.map(entry),
          ])
        },
      ]),
      with: "index"
    )
  }

  private func entry(_ document: LexiconDocument) -> TemplateView {
    let nsid = document.id.value.string
    return TemplateView([
      "page": links.page(of: nsid),
      "lastSegment": NSIDPath(nsid).name,
      "nsid": nsid,
      "kind": Self.kind(of: document),
      "summary": Self.summary(of: document).map { [$0] } ?? [],
    ])
  }

  /// A list for each definition: name, link, kind, summary, names of fields.
  ///
  /// JSON within an element of a page: what could end the element is escaped.
  private func searchIndex() -> String {
    let entries = documents.flatMap { document -> [DataValue] in
      let nsid = document.id.value.string
      return document.definitions.compactMap { definition in
        let id = DefinitionID(nsid: nsid, name: definition.name.value)
        guard let link = links.link(to: id) else { return nil }
        let summary =
          (definition.description ?? (definition.isMain ? document.description : nil))
          .paragraphs.first.map { Prose($0).text } ?? ""
        return [
          .string(id.text), .string(link), .string(definition.kindName), .string(summary),
          .string(definition.fieldNames.joined(separator: " ")),
        ]
      }
    }
    return DataValue.array(entries).jsonString()
      .split(separator: "<", omittingEmptySubsequences: false).joined(separator: "\\u003c")
  }

  private static func summary(of document: LexiconDocument) -> String? {
    (document[definition: "main"]?.description ?? document.description).paragraphs.first
      .map { Prose($0).text }
  }

  /// What a document without a main definition is called.
  private static func kind(of document: LexiconDocument) -> String {
    document[definition: "main"]?.kindName ?? "definitions"
  }
}

extension Definition {
  fileprivate var fieldNames: [String] {
    var names: [String] = []
    switch kind {
    case .record(let record): names += record.record.properties.map(\.name.value)
    case .query(let method), .procedure(let method):
      names += method.parameters?.properties.map(\.name.value) ?? []
    default: break
    }
    forEachSchema { schema in
      if case .object(let object) = schema.kind { names += object.properties.map(\.name.value) }
    }
    return names
  }
}
