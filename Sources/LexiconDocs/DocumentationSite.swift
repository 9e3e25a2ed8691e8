import ATProtoData
import ATProtoSyntax
public import Lexicon
public import LexiconTemplates
import Templating

/// A static website for a catalog: a page for each document, and an index with search.
///
/// The same documents produce the same bytes. All text of a schema is escaped for its context.
/// Pages load nothing from other hosts, which their content security policy enforces. Everything
/// except the search works without JavaScript.
public struct DocumentationSite {
  let documents: [LexiconDocument]
  let title: String
  private let links: SiteLinks
  private let references: CrossReferences
  private let templates: TemplateLibrary

  /// Creates a site.
  ///
  /// - Parameters:
  ///   - documents: the documents, sorted by NSID.
  ///   - title: the name of the site.
  /// - Throws: an error if a template of this package is not valid.
  public init(_ documents: [LexiconDocument], title: String) throws {
    self.documents = documents
    self.title = title
    links = SiteLinks(documents)
    references = CrossReferences(documents, links: links)
    templates = try TemplateLibrary(TemplateSources.site)
  }

  /// All files of the site, sorted by path. Paths are relative to the root of the site.
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
    let nsid = document.id.value
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
        "nsid": nsid.string,
        "group": nsid.authority,
        "groupAnchor": SiteLinks.anchor([nsid.authority]),
        "lastSegment": nsid.name,
        "kind": Self.kind(of: document),
        "summary": Self.summary(of: document) ?? nsid.string,
        "documentParagraphs": document.description.paragraphs.views,
        "sections": sections,
      ]),
      with: "page"
    )
  }

  private func index() -> String {
    var groups: [(name: String, documents: [LexiconDocument])] = []
    for document in documents {
      let group = document.id.value.authority
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
      "lastSegment": document.id.value.name,
      "kind": Self.kind(of: document),
      "summary": Self.summary(of: document).map { [$0] } ?? [],
    ])
  }

  /// An array for each definition: name, link, kind, summary, and names of fields.
  ///
  /// The JSON is part of an element in a page, so characters that could end the element are escaped.
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
    return PageText.script(json: DataValue.array(entries).jsonString())
  }

  private static func summary(of document: LexiconDocument) -> String? {
    (document[definition: "main"]?.description ?? document.description).paragraphs.first
      .map { Prose($0).text }
  }

  /// The kind of a document, `definitions` without a main definition.
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
