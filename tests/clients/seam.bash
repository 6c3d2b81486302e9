# A project with a seam: the port of the image is not the one that requests go to.
# shellcheck shell=bash

seam_project() {
  new_repository "$1"
  mkdir -p "$1/api"
  printf '%s\n' 'FROM python:3.13-slim' 'WORKDIR /srv' \
    'RUN pip install --no-cache-dir gunicorn==22.0.0' 'COPY app.py ./' 'USER 1000' \
    'CMD ["gunicorn", "--bind", "0.0.0.0:3000", "app:app"]' > "$1/api/Dockerfile"
  echo 'app = None' > "$1/api/app.py"
  printf '%s\n' 'steps:' '  - name: gcr.io/cloud-builders/docker' \
    '    args: [build, -t, "europe-docker.pkg.dev/shop/app/api:$SHORT_SHA", api]' \
    '  - name: gcr.io/cloud-builders/docker' \
    '    args: [push, "europe-docker.pkg.dev/shop/app/api:$SHORT_SHA"]' \
    '  - name: gcr.io/google.com/cloudsdktool/cloud-sdk' '    entrypoint: gcloud' '    args:' \
    '      - run' '      - deploy' '      - api' \
    '      - --image=europe-docker.pkg.dev/shop/app/api:$SHORT_SHA' \
    '      - --region=europe-west1' '      - --port=8000' > "$1/cloudbuild.yaml"
}
