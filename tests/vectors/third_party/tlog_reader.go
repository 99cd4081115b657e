// Another implementation's half of the exchange: the Go project's own golang.org/x/mod/sumdb/note and tlog, which know
// nothing of us, verify our checkpoints, tiles and proofs, and make some for us to verify (third_party_log.py).
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const entryBytes = 64

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "tlog_reader:", err)
		os.Exit(1)
	}
}

func require(holds bool, what string) {
	if !holds {
		check(errors.New(what))
	}
}

func get(parts ...string) []byte {
	data, err := os.ReadFile(filepath.Join(parts...))
	check(err)
	return data
}

func put(data []byte, parts ...string) {
	path := filepath.Join(parts...)
	check(os.MkdirAll(filepath.Dir(path), 0o700))
	check(os.WriteFile(path, data, 0o600))
}

func hashes(data []byte) (out []tlog.Hash) {
	for _, line := range strings.Fields(string(data)) {
		hash, err := tlog.ParseHash(line)
		check(err)
		out = append(out, hash)
	}
	return out
}

func lines(path []tlog.Hash) []byte {
	var out bytes.Buffer
	for _, hash := range path {
		fmt.Fprintln(&out, hash)
	}
	return out.Bytes()
}

// A checkpoint's second and third line, after note.Open has verified it.
func tree(text string) tlog.Tree {
	parts := strings.Split(text, "\n")
	require(len(parts) >= 4, "a checkpoint of fewer lines")
	size, err := strconv.ParseInt(parts[1], 10, 64)
	check(err)
	root, err := tlog.ParseHash(parts[2])
	check(err)
	return tlog.Tree{N: size, Hash: root}
}

// A witness's key and its signatures (C2SP tlog-cosignature v1), which the note package leaves to its users.
type cosigner struct {
	name string
	id   uint32
	key  ed25519.PublicKey
	at   *uint64
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.id }
func (c cosigner) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	*c.at = binary.BigEndian.Uint64(signature)
	return ed25519.Verify(c.key, []byte(fmt.Sprintf("cosignature/v1\ntime %d\n%s", *c.at, text)), signature[8:])
}

func newCosigner(vkey string) cosigner {
	parts := strings.SplitN(vkey, "+", 3)
	id, err := strconv.ParseUint(parts[1], 16, 32)
	check(err)
	key, err := base64.StdEncoding.DecodeString(parts[2])
	check(err)
	require(len(key) == 33 && key[0] == 4, "a witness key of another type")
	return cosigner{parts[0], uint32(id), ed25519.PublicKey(key[1:]), new(uint64)}
}

// Our tiles under C2SP paths, for a reader that authenticates every tile against the tree's root.
type tiles struct{ folder string }

func (t tiles) Height() int { return 8 }
func (t tiles) ReadTiles(wanted []tlog.Tile) (out [][]byte, err error) {
	for _, tile := range wanted {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(t.folder, path))
		if err != nil {
			return nil, err
		}
		out = append(out, data)
	}
	return out, nil
}
func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func read(folder string) {
	verifier, err := note.NewVerifier(string(get(folder, "vkey")))
	check(err)
	witness := newCosigner(string(get(folder, "witness_vkey")))
	older, err := note.Open(get(folder, "older"), note.VerifierList(verifier))
	check(err)
	newer, err := note.Open(get(folder, "newer"), note.VerifierList(verifier, witness))
	check(err)
	require(len(newer.Sigs) == 2 && *witness.at == 1800000000, "the cosignature of the newer checkpoint")
	_, err = note.Open(bytes.Replace(get(folder, "newer"), []byte("\n70777\n"), []byte("\n70778\n"), 1), note.VerifierList(verifier))
	require(err != nil, "a spoiled checkpoint verifies")
	t1, t2 := tree(older.Text), tree(newer.Text)

	entries := get(folder, "entries.bin")
	require(int64(len(entries)) == t2.N*entryBytes, "number of entries")
	reader := tlog.TileHashReader(t2, tiles{folder})
	for start := int64(0); start < t2.N; start += 1024 {
		var indexes []int64
		for i := start; i < t2.N && i < start+1024; i++ {
			indexes = append(indexes, tlog.StoredHashIndex(0, i))
		}
		got, err := reader.ReadHashes(indexes)
		check(err)
		for i, hash := range got {
			at := (start + int64(i)) * entryBytes
			require(hash == tlog.RecordHash(entries[at:at+entryBytes]), fmt.Sprint("leaf ", start+int64(i)))
		}
	}
	root, err := tlog.TreeHash(t1.N, reader)
	check(err)
	require(root == t1.Hash, "root of the older tree")
	check(tlog.CheckTree(hashes(get(folder, "consistency")), t2.N, t2.Hash, t1.N, t1.Hash))
	own, err := tlog.ProveTree(t2.N, t1.N, reader)
	check(err)
	require(bytes.Equal(lines(own), get(folder, "consistency")), "the consistency proof differs from this implementation's")
	files, err := os.ReadDir(filepath.Join(folder, "inclusion"))
	check(err)
	for _, file := range files {
		index, err := strconv.ParseInt(file.Name(), 10, 64)
		check(err)
		hash := tlog.RecordHash(entries[index*entryBytes : (index+1)*entryBytes])
		path := hashes(get(folder, "inclusion", file.Name()))
		check(tlog.CheckRecord(path, t2.N, t2.Hash, index, hash))
		require(tlog.CheckRecord(path, t2.N, t2.Hash, index, tlog.Hash{}) != nil, "another leaf's inclusion verifies")
	}
	fmt.Printf("verified 2 checkpoints, 1 cosignature, 1 consistency proof, %d inclusion proofs, %d leaves by tiles\n", len(files), t2.N)
}

type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) (out []tlog.Hash, err error) {
	for _, index := range indexes {
		out = append(out, s[index])
	}
	return out, nil
}

func write(folder string) {
	const origin, older, newer = "theirs.example/log/0", 1000, 1500
	private, public, err := note.GenerateKey(rand.Reader, origin)
	check(err)
	signer, err := note.NewSigner(private)
	check(err)
	put([]byte(public), folder, "vkey")
	var all stored
	var entries []byte
	checkpoint := func(size int64) []byte {
		root, err := tlog.TreeHash(size, all)
		check(err)
		signed, err := note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%d\n%s\n", origin, size, root)}, signer)
		check(err)
		return signed
	}
	for i := int64(0); i < newer; i++ {
		if i == older {
			put(checkpoint(older), folder, "older")
		}
		entry := make([]byte, entryBytes)
		binary.BigEndian.PutUint64(entry, uint64(i))
		entries = append(entries, entry...)
		made, err := tlog.StoredHashes(i, entry, all)
		check(err)
		all = append(all, made...)
	}
	put(checkpoint(newer), folder, "newer")
	put(entries, folder, "entries.bin")
	path, err := tlog.ProveTree(newer, older, all)
	check(err)
	put(lines(path), folder, "consistency")
	for _, index := range []int64{0, 1, 255, 999, 1024, newer - 1} {
		path, err := tlog.ProveRecord(newer, index, all)
		check(err)
		put(lines(path), folder, "inclusion", strconv.FormatInt(index, 10))
	}
}

func main() {
	if len(os.Args) == 3 && os.Args[1] == "write" {
		write(os.Args[2])
	} else if len(os.Args) == 3 && os.Args[1] == "read" {
		read(os.Args[2])
	} else {
		check(errors.New("tlog_reader write|read FOLDER"))
	}
}
