package catalog_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/catalog"
	"github.com/benchbus/benchbus/domain"
)

// shelf makes a small catalogue with names of every kind.
func shelf(t *testing.T) *catalog.Catalog {
	files := fstest.MapFS{}
	add := func(slug, name, category, group, tags string) {
		files[slug+".yaml"] = &fstest.MapFile{Data: []byte("slug: " + slug + "\nname: '" + name + "'\ncategory: " + category +
			"\ngroup: " + group + "\ntags: [" + tags + "]\nphpVersions: [php84]\ncode: $a = '" + slug + "';\n")}
	}
	add("hash-md5", "MD5", "hashing", "hash", "old, digest")
	add("hash-sha1", "SHA-1", "hashing", "hash", "digest")
	add("is-int", "Is an integer, by is_int()", "types", "is", "")
	add("is-cast", "Is an integer, by cast", "types", "is", "old")
	add("loop", "Loop", "loops", "", "")
	add("coalesce", "Null or [default], by ??", "types", "", "")
	add("division", "a/b", "loops", "", "")
	c, err := catalog.LoadFS(files)
	require.NoError(t, err)
	return c
}

func TestSelect(t *testing.T) {
	c := shelf(t)
	check := func(s catalog.Selection, want ...string) {
		t.Helper()
		found, err := c.Select(s)
		require.NoError(t, err)
		var slugs []string
		for _, b := range found {
			slugs = append(slugs, b.Slug)
		}
		require.Equal(t, want, slugs)
	}
	check(catalog.Selection{}, "hash-md5", "hash-sha1", "division", "loop", "coalesce", "is-cast", "is-int")
	check(catalog.Selection{Names: []string{"Loop"}}, "loop")
	check(catalog.Selection{Names: []string{"loop", "hash-*", "LOOP"}}, "loop", "hash-md5", "hash-sha1")
	check(catalog.Selection{Names: []string{"loop, MD5"}}, "loop", "hash-md5")
	check(catalog.Selection{Names: []string{"is an integer, by IS_INT(),loop"}}, "is-int", "loop")
	check(catalog.Selection{Names: []string{"loop,Is an integer, by cast"}}, "loop", "is-cast")
	check(catalog.Selection{Names: []string{"Null or [default], by ??"}}, "coalesce")
	check(catalog.Selection{Names: []string{"is an integer*"}}, "is-cast", "is-int")
	check(catalog.Selection{Names: []string{"a*"}}, "division")
	check(catalog.Selection{Names: []string{"hash-[ms]*[15]"}}, "hash-md5", "hash-sha1")
	check(catalog.Selection{Groups: []string{"is,HASH"}}, "hash-md5", "hash-sha1", "is-cast", "is-int")
	check(catalog.Selection{Categories: []string{"loops", "hashing"}}, "hash-md5", "hash-sha1", "division", "loop")
	check(catalog.Selection{Tags: []string{"old"}}, "hash-md5", "is-cast")
	check(catalog.Selection{Text: "INT"}, "is-cast", "is-int")
	check(catalog.Selection{Text: "*-1"}, "hash-sha1")
	check(catalog.Selection{Text: "??"}, "coalesce")
	check(catalog.Selection{Names: []string{"loop", "is-*", "hash-*"}, Tags: []string{"old"}, Groups: []string{"is", "hash"}, Text: "d5"}, "hash-md5")
}

// A selection that matches nothing is refused, and the error lists what could be
// selected.
func TestSelectNothing(t *testing.T) {
	c := shelf(t)
	check := func(s catalog.Selection, message string) {
		t.Helper()
		_, err := c.Select(s)
		require.EqualError(t, err, message)
	}
	check(catalog.Selection{Names: []string{"loop,Lop"}}, `there is no benchmark "Lop"; did you mean loop?`)
	check(catalog.Selection{Names: []string{"crc-*"}}, "there is no benchmark \"crc-*\"; `benchbus list` shows all")
	check(catalog.Selection{Names: []string{"zz[b"}}, "there is no benchmark \"zz[b\"; `benchbus list` shows all")
	check(catalog.Selection{Groups: []string{"has"}}, `no benchmark has the group "has"; did you mean hash?`)
	check(catalog.Selection{Groups: []string{"hash,x"}}, `no benchmark has the group "x"; there are: hash, is`)
	check(catalog.Selection{Groups: []string{""}}, `no benchmark has the group ""; there are: hash, is`)
	check(catalog.Selection{Categories: []string{"maths"}}, `no benchmark has the category "maths"; there are: hashing, loops, types`)
	check(catalog.Selection{Tags: []string{"new"}}, `no benchmark has the tag "new"; there are: digest, old`)
	check(catalog.Selection{Names: []string{"hash-sha1"}, Tags: []string{"old"}}, `of the benchmarks that match the rest, none has the tag old; there are: digest`)
	check(catalog.Selection{Names: []string{"loop"}, Groups: []string{"is"}}, `of the benchmarks that match the rest, none has the group is; they have none`)
	check(catalog.Selection{Groups: []string{"hash"}, Text: "md6"}, `of the benchmarks that match the rest, none has "md6" in its slug or name; there are: hash-md5, hash-sha1`)
}

func TestFurtherNamesAndGroups(t *testing.T) {
	t.Parallel()
	all := catalog.Of(
		&domain.Benchmark{Slug: "a", Name: "A", Group: "one"}, &domain.Benchmark{Slug: "b", Name: "B"}, &domain.Benchmark{Slug: "shared", Name: "C"},
	)
	more := func(b *domain.Benchmark) (names, groups []string) {
		if b.Slug == "a" || b.Slug == "b" {
			return []string{"Shared", "Words, and more"}, []string{"two"}
		}
		return nil, nil
	}
	slugs := func(s catalog.Selection) (found []string) {
		s.More = more
		chosen, err := all.Select(s)
		require.NoError(t, err)
		for _, b := range chosen {
			found = append(found, b.Slug)
		}
		return found
	}
	require.Equal(t, []string{"b", "a", "shared"}, slugs(catalog.Selection{Names: []string{"words, and more,C"}}))
	require.Equal(t, []string{"shared"}, slugs(catalog.Selection{Names: []string{"SHARED"}}), "a slug comes first")
	require.Equal(t, []string{"b", "a"}, slugs(catalog.Selection{Groups: []string{"two"}}))
	require.Equal(t, []string{"a"}, slugs(catalog.Selection{Groups: []string{"one"}}))
	_, err := all.Select(catalog.Selection{Names: []string{"Words,and more"}, More: more})
	require.ErrorContains(t, err, `there is no benchmark "Words"; did you mean Words, and more?`)
}
