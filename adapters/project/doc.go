// Package project turns the folder of a person's project, or git revisions of it, into
// trees: folders with lists of files, from which bundles are made.
//
//	p, err := project.Open(ctx, ".", project.Config{})
//	now, err := p.WorkingTree(ctx)
//	before, err := p.Revision(ctx, "merge-base:main")
//	defer before.Close()
//
// # Working tree
//
// The working tree is taken as it is: tracked files, untracked ones that git does not ignore,
// and vendor/, whether git ignores it or not. Files of sub-modules and of repositories within
// the repository belong to it. Without git, all files but those of version control and
// node_modules do. Nothing is prepared in it and nothing written to it.
//
// # Revisions
//
// A revision is checked out by git worktree add into a temporary folder, so that filters
// such as Git LFS work as they do for the person, and commands of git work in the
// preparation. Writing the files by git archive would apply export-ignore and export-subst,
// which leave tests and benchmarks out. Of the repository, only the entry in its list of
// working trees changes, until the tree is closed. Hooks are not run. Only one process at a
// time changes the list, since git worktree add fails when it reads the unfinished entry of
// another. If the process is killed, the next one that opens a revision of the repository
// removes its folder and its entry; it knows by the lock that the process held.
// git worktree prune is not used, since it would forget the person's own working trees whose
// folders are out of reach at the moment.
//
// # Preparation
//
// The default command installs what composer.lock says, without running code of the project
// or of its packages. Its result depends on composer.json, composer.lock, the PHP and
// composer's variables; where composer.json asks for a class map or for packages of a path
// repository, it depends on the files of the revision as well. A command of the person's own
// may read any file. The key of the cache holds accordingly the two files or the whole
// revision. What is cached are the files that were not there before, and those that an own
// command has changed; a command that removes files is run each time. The results must not
// hold absolute paths.
//
// If the command is the default one, vendor/ of the working tree is copied instead of
// installed, provided that the result is the same: composer.json and composer.lock are equal
// in both, vendor/composer/installed.json lists just the packages of composer.lock, and no
// class map names the project's own files. Both sides of a comparison then have the same
// packages, byte by byte. A revision without composer.lock, such as one of a library, gets
// the packages that the person has, which is what a comparison wants.
//
// The command is a session of its own without a terminal: it cannot ask anything, and it
// ends, with all that it started there, when the context does. It gets the environment but
// for variables that name another repository (GIT_DIR and the like), that move composer's
// files, and those of benchbus, which may hold passwords.
//
// # Secrets
//
// Bundles go to every worker, so files that usually hold credentials are left out, and a note
// names them. An error would stop a person whose benchmark has no use for them. Names decide,
// and the content where a name says little: a .pem with a certificate is no secret, one with
// a private key is, also in tests. A committed .env is taken, but for .env.local and
// .env.*.local: frameworks commit defaults there, and do not start without them. What the
// preparation made counts as committed. Files below vendor/ are not looked at, since they
// come from packages.
//
// # What it does not do
//
// Links that leave the tree are listed as all others; the packer refuses them. A bare
// repository is refused. On systems without flock only one process at a time may prepare.
package project
