// One file to the library; tells how far it is, 0 to 1. The answer is the picture's.
export const isPicture = (f) => f.type.startsWith('image/') || /\.(heic|heif|avif|tiff?)$/i.test(f.name);

export function send(file, token, onProgress = () => {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append('token', token);
    body.append('photo', file, file.name || 'pasted.png');
    request.open('POST', '/desk/pictures');
    request.setRequestHeader('Accept', 'application/json');
    request.responseType = 'json';
    request.upload.onprogress = (e) => { if (e.lengthComputable) onProgress(e.loaded / e.total); };
    request.onerror = () => reject(new Error(''));
    request.onload = () => (request.status === 201 && request.response
      ? resolve(request.response) : reject(new Error(request.response?.error || '')));
    request.send(body);
  });
}
