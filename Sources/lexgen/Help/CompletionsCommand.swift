import ArgumentParser

struct CompletionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions",
    abstract: "Prints a script with which a shell completes commands, options and NSIDs.",
    discussion: """
        lexgen completions bash > ~/.local/share/bash-completion/completions/lexgen
        lexgen completions zsh > ~/.zsh/completions/_lexgen
        lexgen completions fish > ~/.config/fish/completions/lexgen.fish
      """
  )

  enum Shell: String, CaseIterable, ExpressibleByArgument {
    case bash
    case zsh
    case fish

    var completions: CompletionShell {
      switch self {
      case .bash: .bash
      case .zsh: .zsh
      case .fish: .fish
      }
    }
  }

  @Argument(help: "bash, zsh or fish.")
  var shell: Shell

  func run() {
    print(Lexgen.completionScript(for: shell.completions))
  }
}
