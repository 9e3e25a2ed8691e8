import AppView
