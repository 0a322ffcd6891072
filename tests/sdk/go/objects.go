package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
)

// S3's core: checksums, pages, parts, copies, presigned addresses, errors with their types.
func objects(ctx context.Context, settings aws.Config, name string) {
	client := s3.NewFromConfig(settings, func(o *s3.Options) { o.UsePathStyle = true })
	bucket := aws.String(name)

	must(client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: bucket}))
	check(s3.NewBucketExistsWaiter(client).Wait(ctx, &s3.HeadBucketInput{Bucket: bucket}, 10*time.Second))
	put := must(client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: bucket, Key: aws.String("a/ä b+c"), Body: strings.NewReader("hello"), ContentType: aws.String("text/plain"),
		Metadata: map[string]string{"color": "red"},
	}))
	equal(*put.ETag, `"5d41402abc4b2a76b9719d911017c592"`)
	equal(*put.ChecksumCRC32, "NhCmhg==")
	got := must(client.GetObject(ctx, &s3.GetObjectInput{
		Bucket: bucket, Key: aws.String("a/ä b+c"), ChecksumMode: types.ChecksumModeEnabled,
	}))
	equal(string(must(io.ReadAll(got.Body))), "hello")
	equal(*got.ContentType, "text/plain")
	equal(got.Metadata, map[string]string{"color": "red"})
	_, err := client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: bucket, Key: aws.String("a/ä b+c"), Body: strings.NewReader("other"), IfNoneMatch: aws.String("*"),
	})
	var refused smithy.APIError
	equal(errors.As(err, &refused), true)
	equal(refused.ErrorCode(), "PreconditionFailed")

	upload := must(client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{
		Bucket: bucket, Key: aws.String("parts"), ChecksumAlgorithm: types.ChecksumAlgorithmSha256,
	}))
	pieces := [][]byte{bytes.Repeat([]byte("x"), 5<<20), []byte("end")}
	var parts []types.CompletedPart
	for at, piece := range pieces {
		part := must(client.UploadPart(ctx, &s3.UploadPartInput{
			Bucket: bucket, Key: upload.Key, UploadId: upload.UploadId, PartNumber: aws.Int32(int32(at + 1)),
			Body: bytes.NewReader(piece), ChecksumAlgorithm: types.ChecksumAlgorithmSha256,
		}))
		parts = append(parts, types.CompletedPart{
			ETag: part.ETag, PartNumber: aws.Int32(int32(at + 1)), ChecksumSHA256: part.ChecksumSHA256,
		})
	}
	whole := must(client.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket: bucket, Key: upload.Key, UploadId: upload.UploadId, MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
	}))
	equal(strings.HasSuffix(*whole.ETag, `-2"`), true)
	ranged := must(client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: upload.Key, Range: aws.String("bytes=-4")}))
	equal(string(must(io.ReadAll(ranged.Body))), "xend")
	equal(*ranged.ContentRange, fmt.Sprintf("bytes %d-%d/%d", 5<<20-1, 5<<20+2, 5<<20+3))

	must(client.CopyObject(ctx, &s3.CopyObjectInput{
		Bucket: bucket, Key: aws.String("copy"), CopySource: aws.String(name + "/a/%C3%A4%20b%2Bc"),
	}))
	var keys []string
	listed := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: bucket, MaxKeys: aws.Int32(2)})
	for listed.HasMorePages() {
		for _, object := range must(listed.NextPage(ctx)).Contents {
			keys = append(keys, *object.Key)
		}
	}
	equal(keys, []string{"a/ä b+c", "copy", "parts"})
	signed := must(s3.NewPresignClient(client).PresignGetObject(
		ctx, &s3.GetObjectInput{Bucket: bucket, Key: aws.String("copy")}, s3.WithPresignExpires(time.Minute)))
	answer := must(http.Get(signed.URL))
	equal(string(must(io.ReadAll(answer.Body))), "hello")

	var absent *types.NoSuchKey
	_, err = client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: aws.String("absent")})
	equal(errors.As(err, &absent), true)
	var unseen *types.NotFound
	_, err = client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: bucket, Key: aws.String("absent")})
	equal(errors.As(err, &unseen), true)
	_, err = client.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: bucket})
	equal(errors.As(err, &refused), true)
	equal(refused.ErrorCode(), "BucketNotEmpty")
	var doomed []types.ObjectIdentifier
	for _, each := range keys {
		doomed = append(doomed, types.ObjectIdentifier{Key: aws.String(each)})
	}
	deleted := must(client.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: bucket, Delete: &types.Delete{Objects: doomed}}))
	equal(len(deleted.Deleted), 3)
	must(client.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: bucket}))
}
